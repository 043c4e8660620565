/* The interrupt part of ACPI: where the lines of ISA devices arrive. */
#ifndef MADT_H
#define MADT_H

#include <az/base.h>

/* An input in the numbering across all I/O APICs, and how it is wired. */
struct madt_input {
    uint32_t number;
    bool active_low, level;
};

struct madt_ioapic {
    az_phys registers;
    uint32_t first_input; /* number of its first one */
};

/* The input of ISA line `line`. Errors: -ENODEV without a MADT. */
AZ_MUST_USE int madt_isa_input(unsigned line, struct madt_input *out);

/* I/O APIC number `index`. Errors: -ENODEV: there are fewer. */
AZ_MUST_USE int madt_ioapic(unsigned index, struct madt_ioapic *out);

#endif
