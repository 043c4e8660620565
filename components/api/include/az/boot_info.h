/* What the machine told us at entry, the same for every boot protocol. Only boot stubs know more. */
#ifndef AZ_BOOT_INFO_H
#define AZ_BOOT_INFO_H

#include <az/base.h>

enum az_memory_type {
    AZ_MEMORY_RAM = 1, /* numbers as in the E820 map */
    AZ_MEMORY_RESERVED = 2,
    AZ_MEMORY_ACPI = 3,
    AZ_MEMORY_NVS = 4,
};

struct az_memory_range {
    az_phys start;
    uint64_t bytes;
    uint32_t type; /* enum az_memory_type */
    uint32_t node; /* NUMA node, 0 until ACPI SRAT says otherwise */
};

#define AZ_BOOT_RANGES_MAX 32
#define AZ_BOOT_MODULES_MAX 4

struct az_boot_module {
    az_phys start;
    uint64_t bytes;
};

struct az_boot_info {
    uint64_t entry_tsc;  /* TSC at the image's first instruction */
    az_phys image_start; /* where the image was really loaded, page aligned */
    uint64_t image_bytes;
    az_phys rsdp;        /* ACPI root pointer, 0 when the loader gave none */
    const char *cmdline; /* NUL-terminated, readable from `early` on; "" when there is none */
    uint32_t cpus;       /* processors known at entry, at least 1 */
    uint32_t ranges;     /* used entries of `range`, sorted by start, not overlapping */
    uint32_t modules;
    struct az_memory_range range[AZ_BOOT_RANGES_MAX];
    struct az_boot_module module[AZ_BOOT_MODULES_MAX];
};

/*
 * Filled by the boot stub before az_main(). RAM ranges still contain the image, the command line and the
 * modules: mm/pages keeps those out of what it hands out.
 */
extern struct az_boot_info az_boot_info;

/*
 * Finds `name=` in the kernel's part of the command line (before the word `--`) and copies its value, unquoted,
 * into `out` of `bytes` bytes, NUL-terminated. Words are split at spaces; `"` groups; `\` escapes.
 *
 * Context: any after `early`.
 * Errors:  -ENOENT when it is absent, -E2BIG when it does not fit; `out` then holds "".
 */
AZ_MUST_USE int az_boot_option(const char *name, char *out, size_t bytes);

#endif
