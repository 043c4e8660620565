/* ACPI's static tables (no AML). Provided by bus/acpi. */
#ifndef AZ_ACPI_H
#define AZ_ACPI_H

#include <az/base.h>

/* Every table begins with this; little-endian, unaligned. ACPI 6.5, section 5.2.6. */
struct __attribute__((packed)) az_acpi_header {
    char signature[4];
    uint32_t bytes; /* of the whole table */
    uint8_t revision, checksum;
    char oem[6], oem_table[8];
    uint32_t oem_revision, creator, creator_revision;
};
_Static_assert(sizeof(struct az_acpi_header) == 36, "ACPI 6.5, table 5.4");

/* Where registers are: section 5.2.3.2. */
struct __attribute__((packed)) az_acpi_address {
    uint8_t space; /* 0 memory, 1 ports */
    uint8_t bits, bit_offset, access;
    uint64_t address;
};

/*
 * The first table with `signature` whose checksum is right and which has at least `bytes_min` bytes, mapped for good; NULL when
 * there is none. Its length is in its header, checked against what is mapped. Context: thread.
 */
const struct az_acpi_header *az_acpi_table(const char signature[4], size_t bytes_min);

/*
 * The table at `phys`, where another table said it is (the DSDT), under the same conditions. Context: thread.
 */
const struct az_acpi_header *az_acpi_table_at(uint64_t phys, const char signature[4], size_t bytes_min);

/* The table of the machine's devices, which the FADT points to; NULL when there is none. Context: thread. */
const struct az_acpi_header *az_acpi_dsdt(void);

#endif
