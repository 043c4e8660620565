/* IA-PC HPET Specification 1.0a, section 2.3. */
#include <errno.h>

#include <az/acpi.h>
#include <az/clock.h>
#include <az/phys.h>
#include <az/self.h>

struct __attribute__((packed)) hpet_table {
    struct az_acpi_header header;
    uint32_t id;
    struct az_acpi_address base;
    uint8_t number;
    uint16_t least_tick;
    uint8_t protection;
};
_Static_assert(sizeof(struct hpet_table) == 56, "HPET 1.0a, section 3.2.4");

#define WINDOW_BYTES 1024u
#define PERIOD_MAX_FS 100000000u /* section 2.3.4 */
#define FS_PER_S UINT64_C(1000000000000000)

/* Registers, in 32-bit words. */
#define CAPABILITIES 0u
#define CAPABILITIES_64_BITS (1u << 13)
#define PERIOD 1u
#define CONFIGURATION 4u
#define CONFIGURATION_ENABLE 1u
#define COUNTER_LOW 60u
#define COUNTER_HIGH 61u

static volatile uint32_t *registers;

static uint64_t read32(void)
{
    return registers[COUNTER_LOW];
}

/* By halves, which every width of bus can do; again when a carry came in between. */
static uint64_t read64(void)
{
    uint32_t high = registers[COUNTER_HIGH], low, again;
    for (;;) {
        low = registers[COUNTER_LOW];
        again = registers[COUNTER_HIGH];
        if (again == high)
            return (uint64_t)high << 32 | low;
        high = again;
    }
}

static int start(struct az_clock_source *source)
{
    const struct hpet_table *table = (const void *)az_acpi_table("HPET", sizeof *table);
    if (!table || table->base.space != 0)
        return -ENODEV;
    volatile void *window;
    int error = az_mmio_map(az_phys_of(table->base.address), WINDOW_BYTES, &window);
    if (error)
        return error;
    registers = window;
    uint32_t capabilities = registers[CAPABILITIES], period = registers[PERIOD];
    if (period == 0 || period > PERIOD_MAX_FS)
        return -ENODEV;
    bool wide = capabilities & CAPABILITIES_64_BITS;
    source->hz = FS_PER_S / period;
    source->mask = wide ? UINT64_MAX : UINT32_MAX;
    source->read = wide ? read64 : read32;
    registers[CONFIGURATION] |= CONFIGURATION_ENABLE;
    return 0;
}

static struct az_clock_source source = {.name = "hpet", .rating = 300, .start = start};

int az_hpet_init(void)
{
    az_clock_source_register(&source);
    return 0;
}
