/*
 * PVH: Xen's include/public/arch-x86/hvm/start_info.h, version 1. All pointers are physical and the loader's word: what lies
 * outside the physical map is not read.
 */
#include <az/boot_info.h>
#include <az/boot_protocol.h>
#include <az/layout.h>
#include <az/phys.h>

#define MAGIC 0x336ec578u
#define ENTRIES_MAX 128u

struct start_info {
    uint32_t magic, version, flags, modules;
    uint64_t module_list, cmdline, rsdp;
    uint64_t memory_map; /* from version 1 */
    uint32_t memory_entries, reserved;
};
static_assert(sizeof(struct start_info) == 56, "struct hvm_start_info, version 1");

struct module_entry {
    uint64_t start, bytes, cmdline, reserved;
};
static_assert(sizeof(struct module_entry) == 32, "struct hvm_modlist_entry");

struct memory_entry {
    uint64_t start, bytes;
    uint32_t type, reserved;
};
static_assert(sizeof(struct memory_entry) == 24, "struct hvm_memmap_table_entry");

/* `count` entries of `bytes` at `phys`, or NULL when that is nowhere. */
static const void *table(uint64_t phys, uint32_t count, size_t bytes)
{
    if (phys == 0 || count == 0 || phys >= AZ_PHYS_MAP_BYTES - (uint64_t)count * bytes)
        return NULL;
    return az_phys_pointer(az_phys_of(phys));
}

void az_boot_pvh_read(uint32_t phys)
{
    az_boot_info_init();
    const struct start_info *info = table(phys, 1, sizeof *info);
    if (!info || info->magic != MAGIC)
        return;
    az_boot_info.cmdline = az_boot_string(info->cmdline);
    az_boot_info.rsdp = az_phys_of(info->rsdp);

    uint32_t modules = AZ_MIN(info->modules, (uint32_t)AZ_BOOT_MODULES_MAX);
    const struct module_entry *module = table(info->module_list, modules, sizeof *module);
    for (uint32_t i = 0; module && i < modules; i++)
        az_boot_info.module[az_boot_info.modules++] =
            (struct az_boot_module){.start = az_phys_of(module[i].start), .bytes = module[i].bytes};

    if (info->version < 1)
        return;
    uint32_t entries = AZ_MIN(info->memory_entries, ENTRIES_MAX);
    const struct memory_entry *entry = table(info->memory_map, entries, sizeof *entry);
    for (uint32_t i = 0; entry && i < entries; i++)
        az_boot_range_add(entry[i].start, entry[i].bytes, entry[i].type);
}
