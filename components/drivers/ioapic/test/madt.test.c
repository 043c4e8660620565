#include <errno.h>

#include "../src/madt.c"
#include <az/test.h>

static uint8_t table[256];
static bool has_table;
const struct az_acpi_header *az_acpi_table(const char signature[4], size_t bytes_min)
{
    AZ_CHECK_BYTES(signature, "APIC", 4);
    const struct az_acpi_header *header = (const void *)table;
    return has_table && header->bytes >= bytes_min ? header : NULL;
}
static void put(const uint8_t *entries, uint32_t bytes)
{
    memset(table, 0xff, sizeof table);
    struct az_acpi_header header = {.bytes = ENTRIES + bytes};
    memcpy(table, &header, sizeof header);
    memcpy(table + ENTRIES, entries, bytes);
    has_table = true;
}

static const uint8_t q35[] = {
    0, 8,  0, 0, 1, 0,    0,    0,                         /* a local APIC */
    1, 12, 0, 0, 0, 0,    0xc0, 0xfe, 0, 0, 0, 0,          /* an I/O APIC at 0xfec00000 */
    2, 10, 0, 0, 2, 0,    0,    0,    0, 0,                /* the PIT: input 2, as the bus is wired */
    2, 10, 0, 9, 9, 0,    0,    0,    15, 0,               /* line 9: low, level */
    1, 12, 1, 0, 0, 0x10, 0xc0, 0xfe, 24, 0, 0, 0,         /* another, from input 24 */
};

AZ_TEST(lines_and_overrides)
{
    put(q35, sizeof q35);
    struct madt_input input;
    AZ_CHECK_EQ(madt_isa_input(0, &input), 0);
    AZ_CHECK(input.number == 2 && !input.active_low && !input.level);
    AZ_CHECK_EQ(madt_isa_input(4, &input), 0);
    AZ_CHECK(input.number == 4 && !input.active_low && !input.level);
    AZ_CHECK_EQ(madt_isa_input(9, &input), 0);
    AZ_CHECK(input.number == 9 && input.active_low && input.level);
}

AZ_TEST(io_apics_by_number)
{
    put(q35, sizeof q35);
    struct madt_ioapic ioapic;
    AZ_CHECK_EQ(madt_ioapic(0, &ioapic), 0);
    AZ_CHECK(ioapic.registers.value == 0xfec00000 && ioapic.first_input == 0);
    AZ_CHECK_EQ(madt_ioapic(1, &ioapic), 0);
    AZ_CHECK(ioapic.registers.value == 0xfec01000 && ioapic.first_input == 24);
    AZ_CHECK_EQ(madt_ioapic(2, &ioapic), -ENODEV);
}

AZ_TEST(entries_of_any_length_end_the_walk_at_the_table)
{
    struct madt_ioapic ioapic;
    struct madt_input input;
    static const uint8_t endless[] = {3, 0, 1, 12}, beyond[] = {1, 12, 0, 0}, small[] = {1, 4, 0, 0}, half[] = {1};
    put(endless, sizeof endless);
    AZ_CHECK_EQ(madt_ioapic(0, &ioapic), -ENODEV);
    put(beyond, sizeof beyond);
    AZ_CHECK_EQ(madt_ioapic(0, &ioapic), -ENODEV);
    put(small, sizeof small);
    AZ_CHECK_EQ(madt_ioapic(0, &ioapic), -ENODEV);
    put(half, sizeof half);
    AZ_CHECK_EQ(madt_isa_input(3, &input), 0);
    AZ_CHECK_EQ(input.number, 3);
    has_table = false;
    AZ_CHECK_EQ(madt_isa_input(3, &input), -ENODEV);
}
