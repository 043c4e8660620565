/* Entering S5 and resetting by ACPI 6.5: sections 4.8.3 (PM1 and sleep registers), 4.8.3.6 (reset), 5.2.9 (FADT). */
#include <string.h>

#include <az/acpi.h>
#include <az/arch.h>
#include <az/machine.h>
#include <az/phys.h>

#include "sleep-type.h"

#define SPINS_MAX 1000000u /* until a register shows what was asked for */

/* Offsets in the FADT. */
#define FADT_BYTES_MIN 116u
#define FADT_SMI_COMMAND 48u
#define FADT_ACPI_ENABLE 52u
#define FADT_PM1A_CONTROL 64u
#define FADT_PM1B_CONTROL 68u
#define FADT_FLAGS 112u
#define FADT_RESET_REGISTER 116u
#define FADT_RESET_VALUE 128u
#define FADT_SLEEP_CONTROL 244u

#define FLAG_RESET (1u << 10)
#define FLAG_HARDWARE_REDUCED (1u << 20)

#define SCI_ENABLED 1u          /* in PM1 control: the machine is in ACPI mode */
#define PM1_SLEEP_TYPE_SHIFT 10u
#define PM1_SLEEP_TYPE 0x1c00u
#define PM1_SLEEP 0x2000u
#define SLEEP_CONTROL_TYPE_SHIFT 2u
#define SLEEP_CONTROL_SLEEP 0x20u

enum { SPACE_MEMORY, SPACE_PORTS };

static bool tried;

/* The field at `offset`; 0 where the table is too short for it, which older ones are. */
static uint64_t field(const struct az_acpi_header *fadt, size_t offset, size_t bytes)
{
    uint64_t value = 0;
    if (offset + bytes <= fadt->bytes)
        memcpy(&value, (const uint8_t *)fadt + offset, bytes);
    return value;
}

/* Writes a byte to the register that the FADT describes at `offset`; nothing when it describes none that we can reach. */
static void write_register(const struct az_acpi_header *fadt, size_t offset, uint8_t value)
{
    const uint8_t space = (uint8_t)field(fadt, offset, 1);
    const uint64_t address = field(fadt, offset + 4, 8);
    volatile void *window;
    if (address == 0)
        return;
    if (space == SPACE_PORTS && address <= UINT16_MAX)
        az_out8((uint16_t)address, value);
    else if (space == SPACE_MEMORY && az_mmio_map(az_phys_of(address), 1, &window) == 0)
        *(volatile uint8_t *)window = value;
}

static bool find_sleep_types(uint8_t out[2])
{
    const struct az_acpi_header *dsdt = az_acpi_dsdt();
    return dsdt && sleep_type_find((const uint8_t *)(dsdt + 1), dsdt->bytes - sizeof *dsdt, out);
}

/* PM1 control registers work in ACPI mode alone. */
static void enter_acpi_mode(const struct az_acpi_header *fadt, uint16_t control)
{
    const uint64_t command = field(fadt, FADT_SMI_COMMAND, 4);
    const uint8_t enable = (uint8_t)field(fadt, FADT_ACPI_ENABLE, 1);
    if ((az_in16(control) & SCI_ENABLED) || command == 0 || command > UINT16_MAX || enable == 0)
        return;
    az_out8((uint16_t)command, enable);
    for (unsigned spins = 0; spins < SPINS_MAX && !(az_in16(control) & SCI_ENABLED); spins++)
        az_cpu_relax();
}

static void sleep_through(uint16_t control, uint8_t type)
{
    const unsigned kept = az_in16(control) & ~(PM1_SLEEP_TYPE | PM1_SLEEP);
    const unsigned wanted = kept | (unsigned)type << PM1_SLEEP_TYPE_SHIFT;
    az_out16(control, (uint16_t)wanted);
    az_out16(control, (uint16_t)(wanted | PM1_SLEEP));
}

static void switch_off(const struct az_acpi_header *fadt, const uint8_t types[2])
{
    if (field(fadt, FADT_FLAGS, 4) & FLAG_HARDWARE_REDUCED) {
        write_register(fadt, FADT_SLEEP_CONTROL, (uint8_t)((unsigned)types[0] << SLEEP_CONTROL_TYPE_SHIFT | SLEEP_CONTROL_SLEEP));
    } else {
        const uint64_t first = field(fadt, FADT_PM1A_CONTROL, 4), second = field(fadt, FADT_PM1B_CONTROL, 4);
        if (first == 0 || first > UINT16_MAX)
            return;
        enter_acpi_mode(fadt, (uint16_t)first);
        sleep_through((uint16_t)first, types[0]);
        if (second != 0 && second <= UINT16_MAX)
            sleep_through((uint16_t)second, types[1]);
    }
    for (unsigned spins = 0; spins < SPINS_MAX; spins++) /* the power goes while we wait */
        az_cpu_relax();
}

void az_machine_power_off(void)
{
    if (tried)
        return;
    tried = true; /* before anything that may panic */
    const struct az_acpi_header *fadt = az_acpi_table("FACP", FADT_BYTES_MIN);
    if (!fadt)
        return;
    uint8_t types[2];
    if (find_sleep_types(types))
        switch_off(fadt, types);
    if (field(fadt, FADT_FLAGS, 4) & FLAG_RESET)
        write_register(fadt, FADT_RESET_REGISTER, (uint8_t)field(fadt, FADT_RESET_VALUE, 1));
}
