/* Multiboot structures, sound and hostile. "Physical memory" is an array; a read outside it is ASan's to report. */
#include <az/test.h>

#include <az/phys.h>

#define MEMORY_BYTES 0x20000u

static unsigned char *memory; /* exactly as large as the machine, so that ASan guards its end */
uint64_t az_boot_tsc_entry;
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
#include "../src/multiboot.c"

static struct information *fresh(uint32_t flags)
{
    free(memory);
    memory = calloc(1, MEMORY_BYTES);
    az_boot_info = (struct az_boot_info){0};
    struct information *info = az_phys_pointer(az_phys_of(0x7c00));
    *info = (struct information){.flags = flags};
    return info;
}

static void put_text(uint32_t phys, const char *text)
{
    strcpy(az_phys_pointer(az_phys_of(phys)), text);
}

AZ_TEST(reads_what_v86_gives)
{
    struct information *info = fresh(HAS_CMDLINE | HAS_MEMORY_MAP | HAS_MODULES);
    put_text(0x8000, "a=1 -- b");
    info->cmdline = 0x8000;
    struct memory_entry map[] = {{20, 0, 0, 0xa0000, 0, 1}, {20, 0xc0000, 0, 0x3f40000, 0, 1}};
    memcpy(az_phys_pointer(az_phys_of(0x9000)), map, sizeof map);
    info->map = 0x9000;
    info->map_bytes = sizeof map;
    struct module_entry modules[] = {{0x200000, 0x200100, 0, 0}, {5, 4, 0, 0}};
    memcpy(az_phys_pointer(az_phys_of(0xa000)), modules, sizeof modules);
    info->modules = 2;
    info->module_list = 0xa000;
    az_boot_multiboot_read(0x7c00);
    AZ_CHECK_STR(az_boot_info.cmdline, "a=1 -- b");
    AZ_CHECK_EQ(az_boot_info.ranges, 2);
    AZ_CHECK_EQ(az_boot_info.range[1].bytes, 0x3f40000);
    AZ_CHECK_EQ(az_boot_info.modules, 1);
    AZ_CHECK_EQ(az_boot_info.module[0].bytes, 0x100);
}

AZ_TEST(drops_the_file_name_that_qemu_puts_first)
{
    struct information *info = fresh(HAS_CMDLINE | HAS_LOADER_NAME);
    put_text(0x8000, "out/image.elf a=1");
    put_text(0x8100, "qemu");
    info->cmdline = 0x8000;
    info->loader_name = 0x8100;
    az_boot_multiboot_read(0x7c00);
    AZ_CHECK_STR(az_boot_info.cmdline, "a=1");
    put_text(0x8000, "out/image.elf");
    az_boot_multiboot_read(0x7c00);
    AZ_CHECK_STR(az_boot_info.cmdline, "");
    put_text(0x8000, "keep this");
    put_text(0x8100, "GRUB 2");
    az_boot_multiboot_read(0x7c00);
    AZ_CHECK_STR(az_boot_info.cmdline, "keep this");
}

AZ_TEST(takes_the_two_sizes_when_there_is_no_map)
{
    struct information *info = fresh(HAS_MEMORY);
    info->lower_kib = 639;
    info->upper_kib = 1024;
    az_boot_multiboot_read(0x7c00);
    AZ_CHECK_EQ(az_boot_info.ranges, 2);
    AZ_CHECK_EQ(az_boot_info.range[0].bytes, 639 * 1024);
    AZ_CHECK_EQ(az_boot_info.range[1].start.value, 0x100000);
}

AZ_TEST(pointers_out_of_memory_are_not_followed)
{
    static const uint32_t places[] = {MEMORY_BYTES - 1, MEMORY_BYTES, UINT32_MAX, UINT32_MAX - 100, 0};
    for (size_t i = 0; i < AZ_ARRAY_LENGTH(places); i++) {
        struct information *info = fresh(UINT32_MAX);
        info->cmdline = info->loader_name = info->module_list = info->map = places[i];
        info->modules = info->map_bytes = UINT32_MAX;
        az_boot_multiboot_read(0x7c00);
        AZ_CHECK_STR(az_boot_info.cmdline, "");
        AZ_CHECK_EQ(az_boot_info.ranges, 0);
        AZ_CHECK_EQ(az_boot_info.modules, 0);
    }
    az_boot_multiboot_read(MEMORY_BYTES - 8);
    az_boot_multiboot_read(0);
}

AZ_TEST(entry_sizes_cannot_lead_astray)
{
    static const uint32_t sizes[] = {0, 1, 19, 21, 22, 0x7fffffff, UINT32_MAX, UINT32_MAX - 3, 20};
    for (size_t i = 0; i < AZ_ARRAY_LENGTH(sizes); i++) {
        struct information *info = fresh(HAS_MEMORY_MAP);
        info->map = MEMORY_BYTES - 64;
        info->map_bytes = 63; /* two entries and a half */
        for (uint32_t entry = 0; entry < 2; entry++) {
            struct memory_entry *at = az_phys_pointer(az_phys_of(info->map + entry * 24));
            *at = (struct memory_entry){sizes[i], entry << 20, 0, 0x1000, 0, 1};
        }
        az_boot_multiboot_read(0x7c00);
        AZ_CHECK_EQ(az_boot_info.ranges, sizes[i] == 20 ? 2 : 1);
    }
    free(memory);
    memory = NULL;
}
