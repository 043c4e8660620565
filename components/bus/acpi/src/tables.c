/* ACPI 6.5, section 5.2: root pointer (RSDP), root table (RSDT with 32-bit, XSDT with 64-bit addresses), tables. */
#include <string.h>

#include <az/acpi.h>
#include <az/boot_info.h>
#include <az/log.h>
#include <az/phys.h>

struct __attribute__((packed)) rsdp {
    char signature[8];
    uint8_t checksum; /* of the first 20 bytes */
    char oem[6];
    uint8_t revision;
    uint32_t rsdt;
    /* From revision 2 on: */
    uint32_t bytes;
    uint64_t xsdt;
    uint8_t checksum_all;
    uint8_t reserved[3];
};
_Static_assert(sizeof(struct rsdp) == 36, "ACPI 6.5, table 5.3");

#define RSDP_BYTES_1 20u
#define TABLE_BYTES_MAX (1u << 20)

/* Where the BIOS leaves the root pointer: section 5.2.5.1. */
#define EBDA_SEGMENT 0x40eu
#define EBDA_BYTES 1024u
#define BIOS_START 0xe0000u
#define BIOS_BYTES 0x20000u
#define RSDP_ALIGN 16u

static const struct az_acpi_header *root; /* RSDT or XSDT, checked */
static bool searched;

static const void *map(uint64_t phys, size_t bytes)
{
    volatile void *window;
    if (phys == 0 || phys + bytes < phys || az_mmio_map(az_phys_of(phys), bytes, &window))
        return NULL;
    return (const void *)(uintptr_t)window;
}

static bool sums_to_zero(const void *start, size_t bytes)
{
    const uint8_t *byte = start;
    uint8_t sum = 0;
    for (size_t i = 0; i < bytes; i++)
        sum = (uint8_t)(sum + byte[i]);
    return sum == 0;
}

const struct az_acpi_header *az_acpi_table_at(uint64_t phys, const char signature[4], size_t bytes_min)
{
    const struct az_acpi_header *header = map(phys, sizeof *header);
    if (!header || memcmp(header->signature, signature, 4) != 0)
        return NULL;
    uint32_t bytes = header->bytes;
    if (bytes < sizeof *header || bytes < bytes_min || bytes > TABLE_BYTES_MAX)
        return NULL;
    header = map(phys, bytes);
    if (!header || header->bytes != bytes || !sums_to_zero(header, bytes))
        return NULL;
    return header;
}

/* The RSDP in the window at `phys`, if it is a good one. */
static const struct rsdp *scan(uint64_t phys, size_t bytes)
{
    const uint8_t *window = map(phys, bytes);
    if (!window)
        return NULL;
    for (size_t at = 0; at + sizeof(struct rsdp) <= bytes; at += RSDP_ALIGN)
        if (window[at] == 'R' && memcmp(window + at, "RSD PTR ", 8) == 0 &&
            sums_to_zero(window + at, RSDP_BYTES_1))
            return (const void *)(window + at);
    return NULL;
}

static const struct rsdp *find_rsdp(void)
{
    if (az_boot_info.rsdp.value)
        return scan(az_boot_info.rsdp.value, sizeof(struct rsdp));
    const struct rsdp *found = NULL;
    const uint8_t *segment = map(EBDA_SEGMENT, 2);
    if (segment)
        found = scan(((uint64_t)segment[0] | (uint64_t)segment[1] << 8) << 4, EBDA_BYTES);
    return found ? found : scan(BIOS_START, BIOS_BYTES);
}

static void find_root(void)
{
    searched = true;
    const struct rsdp *rsdp = find_rsdp();
    if (!rsdp)
        return;
    if (rsdp->revision >= 2 && rsdp->xsdt && sums_to_zero(rsdp, sizeof *rsdp))
        root = az_acpi_table_at(rsdp->xsdt, "XSDT", sizeof *root);
    if (!root)
        root = az_acpi_table_at(rsdp->rsdt, "RSDT", sizeof *root);
    if (!root)
        az_log("acpi: the root table is broken");
}

const struct az_acpi_header *az_acpi_table(const char signature[4], size_t bytes_min)
{
    if (!searched)
        find_root();
    if (!root)
        return NULL;
    bool wide = root->signature[0] == 'X';
    size_t entry_bytes = wide ? 8 : 4;
    const uint8_t *entry = (const uint8_t *)(root + 1);
    const uint8_t *end = (const uint8_t *)root + root->bytes;
    for (; (size_t)(end - entry) >= entry_bytes; entry += entry_bytes) {
        uint64_t phys = 0;
        memcpy(&phys, entry, entry_bytes);
        const struct az_acpi_header *table = az_acpi_table_at(phys, signature, bytes_min);
        if (table)
            return table;
    }
    return NULL;
}
