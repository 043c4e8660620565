/* Intel 82093AA data sheet, chapter 3. */
#include <errno.h>

#include <az/arch.h>
#include <az/heap.h>
#include <az/irq.h>
#include <az/lapic.h>
#include <az/phys.h>
#include <az/self.h>

#include "dispatch.h"
#include "madt.h"

#define WINDOW_BYTES 0x20u
#define SELECT 0u /* in words: index of the register that DATA is */
#define DATA 4u
#define VERSION 1u
#define REDIRECTION 0x10u /* two registers for each input */
#define ACTIVE_LOW (1u << 13)
#define LEVEL (1u << 15)

static uint32_t read_register(volatile uint32_t *window, uint32_t index)
{
    window[SELECT] = index;
    return window[DATA];
}

static void write_register(volatile uint32_t *window, uint32_t index, uint32_t value)
{
    window[SELECT] = index;
    window[DATA] = value;
}

/* Maps the I/O APIC that has `input`, and stores which of its own inputs that is. Errors: -ENODEV, az_mmio_map()'s. */
static int find(uint32_t input, volatile uint32_t **out_window, uint32_t *out_own)
{
    struct madt_ioapic ioapic;
    for (unsigned index = 0; madt_ioapic(index, &ioapic) == 0; index++) {
        volatile void *window;
        int error = az_mmio_map(ioapic.registers, WINDOW_BYTES, &window);
        if (error)
            return error;
        uint32_t inputs = (read_register(window, VERSION) >> 16 & 0xff) + 1;
        if (input >= ioapic.first_input && input - ioapic.first_input < inputs) {
            *out_window = window;
            *out_own = input - ioapic.first_input;
            return 0;
        }
    }
    return -ENODEV;
}

static int connect(const struct az_irq_source *source, unsigned cpu, az_irq_handler *handler, void *arg)
{
    struct madt_input input;
    volatile uint32_t *window;
    uint32_t own;
    if (source->kind == AZ_IRQ_PCI_PIN || cpu != 0)
        return -ENODEV;
    int error = 0;
    if (source->kind == AZ_IRQ_ISA)
        error = madt_isa_input(source->line, &input);
    else
        input = (struct madt_input){source->line, source->is_active_low, source->is_level};
    if (!error)
        error = find(input.number, &window, &own);
    if (error)
        return error;

    struct ioapic_line *line = az_heap_alloc(sizeof *line);
    if (!line)
        return -ENOMEM;
    *line = (struct ioapic_line){handler, arg};
    unsigned vector;
    error = az_vector_alloc(ioapic_line_rose, line, &vector);
    if (error) {
        az_heap_free(line, sizeof *line);
        return error;
    }
    write_register(window, REDIRECTION + 2 * own + 1, az_lapic_id() << 24);
    write_register(window, REDIRECTION + 2 * own,
                   vector | (input.active_low ? ACTIVE_LOW : 0) | (input.level ? LEVEL : 0));
    return 0;
}

static int start(struct az_irq_controller *controller)
{
    (void)controller;
    return az_lapic_start();
}

static struct az_irq_controller controller = {
    .name = "ioapic",
    .rating = 100,
    .start = start,
    .connect = connect,
};

int az_ioapic_init(void)
{
    az_irq_controller_register(&controller);
    return 0;
}
