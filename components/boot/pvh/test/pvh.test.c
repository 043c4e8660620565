/* PVH structures, sound and hostile. "Physical memory" is an array; a read outside it is ASan's to report. */
#include <az/test.h>

#include <az/phys.h>

#define MEMORY_BYTES 0x20000u

static unsigned char *memory; /* exactly as large as the machine, so that ASan guards its end */
uint64_t az_boot_tsc_entry = 42;
const char az_image_start[1], az_image_end[1];

void *az_phys_pointer(az_phys phys)
{
    return memory + phys.value;
}
az_phys az_phys_of_image(void)
{
    return az_phys_of(0x100000);
}

#include <az/layout.h>
#undef AZ_PHYS_MAP_BYTES
#define AZ_PHYS_MAP_BYTES ((uint64_t)MEMORY_BYTES)
#include "../../../core/src/boot_info.c"
#include "../src/pvh.c"

static struct start_info *fresh(void)
{
    free(memory);
    memory = calloc(1, MEMORY_BYTES);
    az_boot_info = (struct az_boot_info){0};
    struct start_info *info = az_phys_pointer(az_phys_of(0x1000));
    *info = (struct start_info){.magic = MAGIC, .version = 1};
    return info;
}

AZ_TEST(reads_what_a_loader_gives)
{
    struct start_info *info = fresh();
    info->cmdline = 0x2000;
    strcpy(az_phys_pointer(az_phys_of(0x2000)), "a=1 -- b");
    info->rsdp = 0xf5000;
    info->modules = 2;
    info->module_list = 0x3000;
    struct module_entry modules[] = {{.start = 0x5000, .bytes = 10}, {.start = 0x6000, .bytes = 20}};
    memcpy(az_phys_pointer(az_phys_of(0x3000)), modules, sizeof modules);
    info->memory_entries = 3;
    info->memory_map = 0x4000;
    struct memory_entry map[] = {{0x100000, 0x700000, 1, 0}, {0, 0x9fc00, 1, 0}, {0xf0000, 0x10000, 2, 0}};
    memcpy(az_phys_pointer(az_phys_of(0x4000)), map, sizeof map);
    az_boot_pvh_read(0x1000);
    AZ_CHECK_STR(az_boot_info.cmdline, "a=1 -- b");
    AZ_CHECK_EQ(az_boot_info.rsdp.value, 0xf5000);
    AZ_CHECK_EQ(az_boot_info.entry_tsc, 42);
    AZ_CHECK_EQ(az_boot_info.modules, 2);
    AZ_CHECK_EQ(az_boot_info.module[1].bytes, 20);
    AZ_CHECK_EQ(az_boot_info.ranges, 3);
    AZ_CHECK_EQ(az_boot_info.range[0].bytes, 0x9fc00);
    AZ_CHECK_EQ(az_boot_info.range[1].type, 2);
    AZ_CHECK_EQ(az_boot_info.range[2].start.value, 0x100000);
}

AZ_TEST(version_0_has_no_memory_map)
{
    struct start_info *info = fresh();
    info->version = 0;
    info->memory_entries = 1;
    info->memory_map = 0x4000;
    az_boot_pvh_read(0x1000);
    AZ_CHECK_EQ(az_boot_info.ranges, 0);
}

AZ_TEST(something_else_is_not_read)
{
    struct start_info *info = fresh();
    info->magic++;
    info->modules = 1;
    info->module_list = 0x3000;
    az_boot_pvh_read(0x1000);
    AZ_CHECK_EQ(az_boot_info.modules, 0);
    AZ_CHECK_STR(az_boot_info.cmdline, "");
    az_boot_pvh_read(0);
    az_boot_pvh_read(MEMORY_BYTES - 8);
    AZ_CHECK_EQ(az_boot_info.cpus, 1);
}

AZ_TEST(pointers_out_of_memory_are_not_followed)
{
    static const uint64_t places[] = {MEMORY_BYTES - 1, MEMORY_BYTES, UINT64_MAX, UINT64_MAX - 100, 1ull << 40};
    for (size_t i = 0; i < AZ_ARRAY_LENGTH(places); i++) {
        struct start_info *info = fresh();
        info->cmdline = info->module_list = info->memory_map = places[i];
        info->modules = info->memory_entries = UINT32_MAX;
        az_boot_pvh_read(0x1000);
        AZ_CHECK_EQ(az_boot_info.modules, 0);
        AZ_CHECK_EQ(az_boot_info.ranges, 0);
        AZ_CHECK_STR(az_boot_info.cmdline, "");
    }
}

AZ_TEST(counts_are_bounded_and_wrapping_ranges_dropped)
{
    struct start_info *info = fresh();
    info->modules = 1000;
    info->module_list = 0x3000;
    info->memory_entries = 1000;
    info->memory_map = 0x4000;
    struct memory_entry *map = az_phys_pointer(az_phys_of(0x4000));
    for (unsigned i = 0; i < ENTRIES_MAX; i++)
        map[i] = i % 2 ? (struct memory_entry){UINT64_MAX - 10, 100, 1, 0} : (struct memory_entry){(200 - i) * 0x1000ull, 0x1000, 1, 0};
    az_boot_pvh_read(0x1000);
    AZ_CHECK_EQ(az_boot_info.modules, AZ_BOOT_MODULES_MAX);
    AZ_CHECK_EQ(az_boot_info.ranges, AZ_BOOT_RANGES_MAX);
    for (uint32_t i = 1; i < az_boot_info.ranges; i++)
        AZ_CHECK(az_boot_info.range[i - 1].start.value < az_boot_info.range[i].start.value);
}

AZ_TEST(a_command_line_without_end_is_none)
{
    struct start_info *info = fresh();
    memset(memory + 0x8000, 'x', MEMORY_BYTES - 0x8000);
    info->cmdline = 0x8000;
    az_boot_pvh_read(0x1000);
    AZ_CHECK_STR(az_boot_info.cmdline, "");
    free(memory);
    memory = NULL;
}
