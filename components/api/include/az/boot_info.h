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
    uint32_t ranges;     /* used entries of `range`, sorted by start */
    uint32_t modules;
    struct az_memory_range range[AZ_BOOT_RANGES_MAX];
    struct az_boot_module module[AZ_BOOT_MODULES_MAX];
};

/*
 * Filled by the boot protocol before az_main(). Ranges may overlap when the loader's did: what lies in one that is not RAM is
 * not RAM. RAM ranges still contain the image, the command line and the modules: mm/pages does not hand those out.
 */
extern struct az_boot_info az_boot_info;

/* For boot protocols: adds a range. Empty ones, wrapping ones, and those the table has no room for are dropped. Context: early. */
void az_boot_range_add(uint64_t start, uint64_t bytes, uint32_t type);
/* For boot protocols: what is the same for all of them (the image's place, the entry TSC). Context: early. */
void az_boot_info_init(void);
/* A NUL-terminated string at `phys` as az_boot_info.cmdline; 0 means none. Context: early. */
const char *az_boot_string(uint64_t phys);

/*
 * The command line: words split at spaces; `"` groups, `\\` makes the next character plain. Words before the word `--` are the
 * kernel's (`az.link=0xe9`, `az.env=NAME=value`), those after it the app's arguments.
 */
struct az_words {
    const char *at;
};
struct az_words az_cmdline_words(void);
/*
 * Stores the next word, unquoted, into `out` of `bytes` bytes, NUL-terminated and cut when it does not fit; returns the length of
 * the whole word, -1 at the end. `out` may be NULL when `bytes` is 0. Context: any after `early`.
 */
long az_cmdline_next(struct az_words *words, char *out, size_t bytes);

/*
 * Finds the kernel's word `name=value` and copies the value.
 *
 * Context: any after `early`.
 * Errors:  -ENOENT when it is absent, -E2BIG when it does not fit; `out` then holds "".
 */
AZ_MUST_USE int az_boot_option(const char *name, char *out, size_t bytes);
/* The same for a number, decimal or 0x. Errors: -ENOENT; -EINVAL when it is no number; `*out` is untouched. */
AZ_MUST_USE int az_boot_option_number(const char *name, unsigned long *out);

#endif
