/* az_boot_info: what all boot protocols fill in the same way. Everything given is the loader's word and is checked. */
#include <az/boot_info.h>
#include <az/init.h>
#include <az/layout.h>
#include <az/phys.h>

#define CMDLINE_BYTES_MAX 65536u

extern const char az_image_start[], az_image_end[];

struct az_boot_info az_boot_info;

void az_boot_info_init(void)
{
    az_boot_info.entry_tsc = az_boot_tsc_entry;
    az_boot_info.image_start = az_phys_of_image();
    az_boot_info.image_bytes = (uint64_t)(az_image_end - az_image_start);
    az_boot_info.cmdline = "";
    az_boot_info.cpus = 1;
}

void az_boot_range_add(uint64_t start, uint64_t bytes, uint32_t type)
{
    struct az_memory_range *range = az_boot_info.range;
    uint32_t count = az_boot_info.ranges;
    if (bytes == 0 || start + bytes < start || count == AZ_BOOT_RANGES_MAX)
        return;
    uint32_t at = count;
    while (at > 0 && range[at - 1].start.value > start) {
        range[at] = range[at - 1];
        at--;
    }
    range[at] = (struct az_memory_range){.start = az_phys_of(start), .bytes = bytes, .type = type};
    az_boot_info.ranges = count + 1;
}

const char *az_boot_string(uint64_t phys)
{
    if (phys == 0 || phys >= AZ_PHYS_MAP_BYTES - CMDLINE_BYTES_MAX)
        return "";
    const char *text = az_phys_pointer(az_phys_of(phys));
    for (size_t length = 0; length < CMDLINE_BYTES_MAX; length++) {
        if (!text[length])
            return text;
    }
    return "";
}
