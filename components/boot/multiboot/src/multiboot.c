/*
 * Multiboot specification 0.6.96, section 3.3. All pointers are physical and the loader's word: what lies outside the physical
 * map is not read. QEMU puts the file's name in front of the command line, others do not.
 */
#include <az/boot_info.h>
#include <az/boot_protocol.h>
#include <az/layout.h>
#include <az/phys.h>

#define HAS_MEMORY 0x1u
#define HAS_CMDLINE 0x4u
#define HAS_MODULES 0x8u
#define HAS_MEMORY_MAP 0x40u
#define HAS_LOADER_NAME 0x200u

#define MAP_BYTES_MAX 8192u
#define UPPER_MEMORY 0x100000u

struct information {
    uint32_t flags, lower_kib, upper_kib, boot_device, cmdline, modules, module_list, symbols[4];
    uint32_t map_bytes, map, drives_bytes, drives, configuration, loader_name;
};
static_assert(sizeof(struct information) == 68, "multiboot 0.6.96, section 3.3");

struct module_entry {
    uint32_t start, end, name, reserved;
};

struct memory_entry {
    uint32_t bytes_of_rest; /* the entry's size without this field */
    uint32_t start_low, start_high, bytes_low, bytes_high, type;
};
static_assert(sizeof(struct memory_entry) == 24, "multiboot 0.6.96, section 3.3");

/* `bytes` at `phys`, or NULL when that is nowhere. */
static const void *at(uint32_t phys, uint32_t bytes)
{
    if (phys == 0 || bytes == 0 || phys >= AZ_PHYS_MAP_BYTES - bytes)
        return NULL;
    return az_phys_pointer(az_phys_of(phys));
}

static void read_memory_map(uint32_t phys, uint32_t bytes)
{
    bytes = AZ_MIN(bytes, MAP_BYTES_MAX);
    const char *map = at(phys, bytes);
    for (uint32_t offset = 0; map && bytes - offset >= sizeof(struct memory_entry);) {
        const struct memory_entry *entry = (const void *)(map + offset);
        az_boot_range_add((uint64_t)entry->start_high << 32 | entry->start_low,
                          (uint64_t)entry->bytes_high << 32 | entry->bytes_low, entry->type);
        uint32_t step = entry->bytes_of_rest;
        if (step < sizeof *entry - 4 || step > bytes - offset - 4 || step % 4 != 0)
            return;
        offset += step + 4;
    }
}

static void read_modules(uint32_t phys, uint32_t count)
{
    count = AZ_MIN(count, (uint32_t)AZ_BOOT_MODULES_MAX);
    const struct module_entry *module = at(phys, count * (uint32_t)sizeof *module);
    for (uint32_t i = 0; module && i < count; i++) {
        if (module[i].end < module[i].start)
            continue;
        az_boot_info.module[az_boot_info.modules++] = (struct az_boot_module){
            .start = az_phys_of(module[i].start), .bytes = module[i].end - module[i].start};
    }
}

/* The command line without the file's name, which QEMU's loader puts there. */
static const char *read_cmdline(const struct information *info)
{
    const char *text = az_boot_string(info->cmdline);
    const char *loader = info->flags & HAS_LOADER_NAME ? az_boot_string(info->loader_name) : "";
    if (loader[0] != 'q' || loader[1] != 'e' || loader[2] != 'm' || loader[3] != 'u' || loader[4] != '\0')
        return text;
    while (*text && *text != ' ')
        text++;
    return *text ? text + 1 : text;
}

void az_boot_multiboot_read(uint32_t phys)
{
    az_boot_info_init();
    const struct information *info = at(phys, sizeof *info);
    if (!info)
        return;
    if (info->flags & HAS_CMDLINE)
        az_boot_info.cmdline = read_cmdline(info);
    if (info->flags & HAS_MODULES)
        read_modules(info->module_list, info->modules);
    if (info->flags & HAS_MEMORY_MAP) {
        read_memory_map(info->map, info->map_bytes);
    } else if (info->flags & HAS_MEMORY) {
        az_boot_range_add(0, (uint64_t)info->lower_kib << 10, AZ_MEMORY_RAM);
        az_boot_range_add(UPPER_MEMORY, (uint64_t)info->upper_kib << 10, AZ_MEMORY_RAM);
    }
}
