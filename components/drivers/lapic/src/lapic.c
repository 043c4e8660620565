/* Enabling the local APIC, and interrupts by message: Intel SDM volume 3, sections 11.4.3 and 11.11. */
#include "lapic.h"

#include <errno.h>

#include <az/arch.h>
#include <az/heap.h>
#include <az/irq.h>
#include <az/phys.h>
#include <az/self.h>

#include "dispatch.h"

#define CPUID1_EDX_APIC (1u << 9)
#define MSR_APIC_BASE 0x1bu
#define APIC_BASE_X2APIC (1u << 10)
#define APIC_BASE_ENABLED (1u << 11)
#define APIC_BASE_ADDRESS UINT64_C(0x000ffffffffff000)

#define SPURIOUS_ENABLE 0x100u
#define LVT_EXTINT 0x700u
#define LVT_MASKED 0x10000u

#define MESSAGE_ADDRESS 0xfee00000u
#define MESSAGE_ID_MAX 0xffu

static enum { UNTRIED, WORKS, FAILED } state;

static int enable(void)
{
    if (!(az_cpuid(1, 0).edx & CPUID1_EDX_APIC))
        return -ENODEV;
    uint64_t base = az_msr_read(MSR_APIC_BASE);
    if (!(base & APIC_BASE_ENABLED)) {
        base |= APIC_BASE_ENABLED;
        az_msr_write(MSR_APIC_BASE, base);
    }
    if (!(base & APIC_BASE_X2APIC)) {
        volatile void *window;
        int error = az_mmio_map(az_phys_of(base & APIC_BASE_ADDRESS), AZ_PAGE_BYTES, &window);
        if (error)
            return error;
        lapic_window = window;
    }
    int error = az_vector_claim(LAPIC_SPURIOUS_VECTOR, lapic_spurious, NULL);
    if (error)
        return error;
    az_lapic_write(AZ_LAPIC_SPURIOUS, SPURIOUS_ENABLE | LAPIC_SPURIOUS_VECTOR);
    az_lapic_write(AZ_LAPIC_LVT_LINT0, LVT_EXTINT);
    az_lapic_write(AZ_LAPIC_LVT_ERROR, LVT_MASKED);
    return 0;
}

int az_lapic_start(void)
{
    if (state == UNTRIED)
        state = enable() == 0 ? WORKS : FAILED;
    return state == WORKS ? 0 : -ENODEV;
}

static int start(struct az_irq_controller *controller)
{
    (void)controller;
    return az_lapic_start();
}

static int message(unsigned cpu, az_irq_handler *handler, void *arg, struct az_irq_message *out)
{
    uint32_t id = az_lapic_id();
    if (cpu != 0 || id > MESSAGE_ID_MAX)
        return -ENODEV;
    struct lapic_message *entry = az_heap_alloc(sizeof *entry);
    if (!entry)
        return -ENOMEM;
    *entry = (struct lapic_message){handler, arg};
    unsigned vector;
    int error = az_vector_alloc(lapic_message_arrived, entry, &vector);
    if (error) {
        az_heap_free(entry, sizeof *entry);
        return error;
    }
    *out = (struct az_irq_message){MESSAGE_ADDRESS | id << 12, vector};
    return 0;
}

static struct az_irq_controller controller = {
    .name = "lapic",
    .rating = 300,
    .start = start,
    .message = message,
};

int az_lapic_init(void)
{
    az_irq_controller_register(&controller);
    return 0;
}
