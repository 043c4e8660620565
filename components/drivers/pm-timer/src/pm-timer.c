/* ACPI 6.5, sections 4.8.2.1 (the timer) and 5.2.9 (the FADT). */
#include <errno.h>
#include <string.h>

#include <az/acpi.h>
#include <az/arch.h>
#include <az/clock.h>
#include <az/self.h>

#define FADT_PM_TIMER 76u
#define FADT_PM_TIMER_BYTES 91u
#define FADT_FLAGS 112u
#define FADT_BYTES_MIN 116u
#define FLAG_32_BITS (1u << 8)
#define FLAG_HARDWARE_REDUCED (1u << 20)

static uint16_t port;

static uint64_t read_timer(void)
{
    return az_in32(port);
}

static int start(struct az_clock_source *source)
{
    const uint8_t *fadt = (const void *)az_acpi_table("FACP", FADT_BYTES_MIN);
    if (!fadt)
        return -ENODEV;
    uint32_t flags, address;
    memcpy(&flags, fadt + FADT_FLAGS, sizeof flags);
    memcpy(&address, fadt + FADT_PM_TIMER, sizeof address);
    if ((flags & FLAG_HARDWARE_REDUCED) || fadt[FADT_PM_TIMER_BYTES] != 4 || address == 0 ||
        address > 0xffff)
        return -ENODEV;
    port = (uint16_t)address;
    source->mask = flags & FLAG_32_BITS ? UINT32_MAX : 0xffffff;
    return 0;
}

static struct az_clock_source source = {
    .name = "pm-timer",
    .rating = 200,
    .hz = 3579545,
    .read = read_timer,
    .start = start,
};

int az_pm_timer_init(void)
{
    az_clock_source_register(&source);
    return 0;
}
