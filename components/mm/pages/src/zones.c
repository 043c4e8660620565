/* RAM less holes. The tables are short, so every question walks them all. */
#include <string.h>

#include <az/boot_info.h>
#include <az/layout.h>
#include <az/phys.h>

#include "zones.h"

#define LEGACY_HOLE_START 0xa0000u
#define LEGACY_HOLE_END 0x100000u
#define FIXED_HOLES 4u /* page 0, the PC's hole, the image, the command line */

struct span {
    uint64_t start, end;
};

static struct span span_of(uint64_t start, uint64_t bytes)
{
    return (struct span){start, start + bytes < start ? UINT64_MAX : start + bytes};
}

/* Hole `index`, in whole pages; false past the last one. */
static bool hole_at(const struct az_boot_info *info, uint32_t index, struct span *out)
{
    struct span hole = {0, 0};
    if (index == 0) {
        hole = (struct span){0, AZ_PAGE_BYTES};
    } else if (index == 1) {
        hole = (struct span){LEGACY_HOLE_START, LEGACY_HOLE_END};
    } else if (index == 2) {
        hole = span_of(info->image_start.value, info->image_bytes);
    } else if (index == 3) {
        if (*info->cmdline)
            hole = span_of(az_phys_from(info->cmdline).value, strlen(info->cmdline) + 1);
    } else if (index - FIXED_HOLES < info->modules) {
        const struct az_boot_module *module = &info->module[index - FIXED_HOLES];
        hole = span_of(module->start.value, module->bytes);
    } else if (index - FIXED_HOLES - info->modules < info->ranges) {
        const struct az_memory_range *range = &info->range[index - FIXED_HOLES - info->modules];
        if (range->type != AZ_MEMORY_RAM)
            hole = span_of(range->start.value, range->bytes);
    } else {
        return false;
    }
    out->start = AZ_ROUND_DOWN(hole.start, (uint64_t)AZ_PAGE_BYTES);
    out->end = hole.end > UINT64_MAX - AZ_PAGE_BYTES ? UINT64_MAX : AZ_ROUND_UP(hole.end, (uint64_t)AZ_PAGE_BYTES);
    return true;
}

/* The lowest page of RAM at or above `from`, and the end of its range. */
static bool ram_next(const struct az_boot_info *info, uint64_t from, struct span *out, uint32_t *out_node)
{
    bool found = false;
    for (uint32_t i = 0; i < info->ranges; i++) {
        const struct az_memory_range *range = &info->range[i];
        if (range->type != AZ_MEMORY_RAM || range->start.value >= AZ_PHYS_MAP_BYTES)
            continue;
        struct span ram = span_of(range->start.value, range->bytes);
        ram.start = AZ_MAX(AZ_ROUND_UP(ram.start, (uint64_t)AZ_PAGE_BYTES), from);
        ram.end = AZ_ROUND_DOWN(AZ_MIN(ram.end, AZ_PHYS_MAP_BYTES), (uint64_t)AZ_PAGE_BYTES);
        if (ram.start >= ram.end || (found && ram.start >= out->start))
            continue;
        *out = ram;
        *out_node = range->node;
        found = true;
    }
    return found;
}

bool az_zone_next(const struct az_boot_info *info, uint64_t from, uint64_t *out_start, uint64_t *out_end, uint32_t *out_node)
{
    struct span ram, hole;
    while (ram_next(info, from, &ram, out_node)) {
        bool in_hole = false;
        for (uint32_t i = 0; hole_at(info, i, &hole); i++) {
            if (hole.start <= ram.start && ram.start < hole.end) {
                from = hole.end;
                in_hole = true;
                break;
            }
            if (hole.start > ram.start && hole.start < ram.end && hole.start < hole.end)
                ram.end = hole.start;
        }
        if (in_hole)
            continue;
        *out_start = ram.start;
        *out_end = ram.end;
        return true;
    }
    return false;
}
