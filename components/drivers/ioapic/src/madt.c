/* ACPI 6.5, section 5.2.12. Entries are looked at in place; their lengths are checked before they are. */
#include "madt.h"

#include <errno.h>
#include <string.h>

#include <az/acpi.h>

#define ENTRIES 44u /* offset of the first entry */
#define TYPE_IOAPIC 1u
#define TYPE_OVERRIDE 2u

#define POLARITY 3u
#define POLARITY_LOW 3u
#define TRIGGER 12u
#define TRIGGER_LEVEL 12u

struct __attribute__((packed)) ioapic_entry {
    uint8_t type, bytes, id, reserved;
    uint32_t address, first_input;
};
_Static_assert(sizeof(struct ioapic_entry) == 12, "ACPI 6.5, section 5.2.12.3");

struct __attribute__((packed)) override_entry {
    uint8_t type, bytes, bus, line;
    uint32_t input;
    uint16_t flags;
};
_Static_assert(sizeof(struct override_entry) == 10, "ACPI 6.5, section 5.2.12.5");

/* The first entry of `type` with `bytes` at least, from offset `*inout_at`, which is moved behind it. NULL at the end. */
static const void *next_entry(const struct az_acpi_header *madt, size_t *inout_at, uint8_t type, size_t bytes)
{
    const uint8_t *table = (const uint8_t *)madt;
    size_t at = *inout_at;
    while (at + 2 <= madt->bytes && table[at + 1] >= 2 && table[at + 1] <= madt->bytes - at) {
        const uint8_t *entry = table + at;
        at += entry[1];
        *inout_at = at;
        if (entry[0] == type && entry[1] >= bytes)
            return entry;
    }
    return NULL;
}

int madt_isa_input(unsigned line, struct madt_input *out)
{
    const struct az_acpi_header *madt = az_acpi_table("APIC", ENTRIES);
    if (!madt)
        return -ENODEV;
    *out = (struct madt_input){.number = line};
    size_t at = ENTRIES;
    struct override_entry entry;
    const void *found;
    while ((found = next_entry(madt, &at, TYPE_OVERRIDE, sizeof entry))) {
        memcpy(&entry, found, sizeof entry);
        if (entry.line != line)
            continue;
        out->number = entry.input;
        out->active_low = (entry.flags & POLARITY) == POLARITY_LOW;
        out->level = (entry.flags & TRIGGER) == TRIGGER_LEVEL;
        break;
    }
    return 0;
}

int madt_ioapic(unsigned index, struct madt_ioapic *out)
{
    const struct az_acpi_header *madt = az_acpi_table("APIC", ENTRIES);
    if (!madt)
        return -ENODEV;
    size_t at = ENTRIES;
    struct ioapic_entry entry;
    const void *found;
    while ((found = next_entry(madt, &at, TYPE_IOAPIC, sizeof entry))) {
        if (index-- > 0)
            continue;
        memcpy(&entry, found, sizeof entry);
        *out = (struct madt_ioapic){az_phys_of(entry.address), entry.first_input};
        return 0;
    }
    return -ENODEV;
}
