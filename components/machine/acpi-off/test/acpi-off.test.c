/* A machine of two PM1 control registers, a reset port, a page of registers in memory, and a firmware that turns ACPI mode on. */
#define AZ_ARCH_H
#include <az/base.h>

static void az_out8(uint16_t port, uint8_t value);
static void az_out16(uint16_t port, uint16_t value);
static uint16_t az_in16(uint16_t port);
static void az_cpu_relax(void);

#include "../../../bus/acpi/src/dsdt.c"
#include "../src/acpi-off.c"
#include "../src/sleep-type.c"
#include <az/test.h>

#define PM1A 0x604u
#define PM1B 0x704u
#define SMI 0xb2u
#define RESET_PORT 0xcf9u
#define WINDOW 0xfea00000u

static uint8_t fadt_bytes[268], dsdt_bytes[64], window_bytes[16];
static bool has_fadt, has_dsdt, firmware_obeys;
static uint64_t dsdt_asked;
static uint16_t control[2];
static char events[400];

static void note(const char *what, unsigned at, unsigned value)
{
    const size_t length = strlen(events);
    snprintf(events + length, sizeof events - length, "%s %x=%x; ", what, at, value);
}

static void az_out8(uint16_t port, uint8_t value)
{
    note("out8", port, value);
    if (port == SMI && firmware_obeys)
        control[0] |= SCI_ENABLED;
}
static void az_out16(uint16_t port, uint16_t value)
{
    note("out16", port, value);
    control[port == PM1B] = (uint16_t)(value & ~PM1_SLEEP);
}
static uint16_t az_in16(uint16_t port)
{
    AZ_CHECK(port == PM1A || port == PM1B);
    return control[port == PM1B];
}
static void az_cpu_relax(void)
{
}
int az_mmio_map(az_phys phys, size_t bytes, volatile void **out)
{
    if (phys.value < WINDOW || phys.value + bytes > WINDOW + sizeof window_bytes)
        return -12;
    *out = window_bytes + (phys.value - WINDOW);
    return 0;
}
const struct az_acpi_header *az_acpi_table(const char signature[4], size_t bytes_min)
{
    AZ_CHECK_BYTES(signature, "FACP", 4);
    const struct az_acpi_header *header = (const void *)fadt_bytes;
    return has_fadt && header->bytes >= bytes_min ? header : NULL;
}
const struct az_acpi_header *az_acpi_table_at(uint64_t phys, const char signature[4], size_t bytes_min)
{
    AZ_CHECK_BYTES(signature, "DSDT", 4);
    AZ_CHECK_EQ(bytes_min, 36);
    dsdt_asked = phys;
    return has_dsdt ? (const void *)dsdt_bytes : NULL;
}

static void put(size_t offset, uint64_t value, size_t bytes)
{
    memcpy(fadt_bytes + offset, &value, bytes);
}

/* A PC whose FADT has `bytes` bytes, with S5 of types 5 and 6. */
static void reset(uint32_t bytes)
{
    static const uint8_t aml[] = "\x08_S5_\x12\x08\x04\x0a\x05\x0a\x06\x00\x00";
    memset(fadt_bytes, 0, sizeof fadt_bytes);
    memset(dsdt_bytes, 0, sizeof dsdt_bytes);
    memset(window_bytes, 0, sizeof window_bytes);
    struct az_acpi_header header = {.bytes = bytes};
    memcpy(fadt_bytes, &header, sizeof header);
    header.bytes = sizeof header + sizeof aml - 1;
    memcpy(dsdt_bytes, &header, sizeof header);
    memcpy(dsdt_bytes + sizeof header, aml, sizeof aml - 1);
    put(FADT_DSDT, 0x1000, 4);
    put(FADT_SMI_COMMAND, SMI, 4);
    put(FADT_ACPI_ENABLE, 0xf1, 1);
    put(FADT_PM1A_CONTROL, PM1A, 4);
    has_fadt = has_dsdt = firmware_obeys = true;
    tried = false;
    control[0] = control[1] = 0;
    events[0] = '\0';
}

static const char *power_off(void)
{
    az_machine_power_off();
    return events;
}

AZ_TEST(acpi_mode_first_then_type_then_sleep)
{
    reset(116);
    AZ_CHECK_STR(power_off(), "out8 b2=f1; out16 604=1401; out16 604=3401; ");
    AZ_CHECK_EQ(dsdt_asked, 0x1000);
    AZ_CHECK_STR(power_off(), "out8 b2=f1; out16 604=1401; out16 604=3401; "); /* once only */
}

AZ_TEST(both_registers_and_what_else_they_hold_is_kept)
{
    reset(116);
    put(FADT_PM1B_CONTROL, PM1B, 4);
    control[0] = 0x0803; /* in ACPI mode already, an older sleep type */
    AZ_CHECK_STR(power_off(), "out16 604=1403; out16 604=3403; out16 704=1800; out16 704=3800; ");
}

AZ_TEST(a_firmware_that_does_not_answer_is_waited_for_with_a_bound)
{
    reset(116);
    firmware_obeys = false;
    AZ_CHECK_STR(power_off(), "out8 b2=f1; out16 604=1400; out16 604=3400; ");
}

AZ_TEST(hardware_reduced_machines_have_a_sleep_register)
{
    reset(268);
    put(FADT_FLAGS, FLAG_HARDWARE_REDUCED, 4);
    put(FADT_X_DSDT, 0x200002000, 8);
    put(FADT_SLEEP_CONTROL, SPACE_MEMORY, 1);
    put(FADT_SLEEP_CONTROL + 4, WINDOW + 3, 8);
    AZ_CHECK_STR(power_off(), "");
    AZ_CHECK_EQ(window_bytes[3], 5 << 2 | 0x20);
    AZ_CHECK_EQ(dsdt_asked, 0x200002000);
}

AZ_TEST(reset_when_there_is_no_power_off)
{
    reset(129);
    has_dsdt = false;
    put(FADT_FLAGS, FLAG_RESET, 4);
    put(FADT_RESET_REGISTER, SPACE_PORTS, 1);
    put(FADT_RESET_REGISTER + 4, RESET_PORT, 8);
    put(FADT_RESET_VALUE, 6, 1);
    AZ_CHECK_STR(power_off(), "out8 cf9=6; ");
    reset(128); /* a table that ends before the value, which is then 0, and before nothing else */
    has_dsdt = false;
    put(FADT_FLAGS, 0, 4);
    AZ_CHECK_STR(power_off(), "");
}

AZ_TEST(addresses_that_are_none_are_not_touched)
{
    reset(268);
    put(FADT_PM1A_CONTROL, 0x10604, 4);
    put(FADT_FLAGS, FLAG_RESET, 4);
    put(FADT_RESET_REGISTER, SPACE_PORTS, 1);
    put(FADT_RESET_REGISTER + 4, 0x10cf9, 8);
    AZ_CHECK_STR(power_off(), "");
    reset(268);
    put(FADT_PM1A_CONTROL, 0, 4);
    put(FADT_FLAGS, FLAG_RESET, 4);
    put(FADT_RESET_REGISTER, 2, 1); /* PCI configuration space */
    put(FADT_RESET_REGISTER + 4, 0x100, 8);
    AZ_CHECK_STR(power_off(), "");
    reset(115); /* too short to be a FADT */
    AZ_CHECK_STR(power_off(), "");
    reset(116);
    has_fadt = false;
    AZ_CHECK_STR(power_off(), "");
}
