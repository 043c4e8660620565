/* The sorted array of regions: finding, adding, cutting, joining. Pages are pages.c's business. */
#include <errno.h>
#include <string.h>

#include <az/heap.h>
#include <az/layout.h>

#include "regions.h"

#define SLOTS_FIRST 16u

static struct az_vm_region *regions;
static size_t count, slots;

/* Index of the first region that ends after `address`. */
static size_t index_from(uintptr_t address)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (regions[middle].end <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct az_vm_region *az_region_from(uintptr_t address)
{
    size_t index = index_from(address);
    return index < count ? &regions[index] : NULL;
}

struct az_vm_region *az_region_find(uintptr_t address)
{
    struct az_vm_region *region = az_region_from(address);
    return region && region->start <= address ? region : NULL;
}

struct az_vm_region *az_region_next(const struct az_vm_region *region)
{
    size_t index = (size_t)(region - regions) + 1;
    return index < count ? &regions[index] : NULL;
}

bool az_region_gap(uintptr_t start, uintptr_t end)
{
    const struct az_vm_region *region = az_region_from(start);
    return !region || region->start >= end;
}

bool az_region_covers(uintptr_t start, uintptr_t end)
{
    for (const struct az_vm_region *region = az_region_from(start); region; region = az_region_next(region)) {
        if (region->start > start)
            return false;
        if (region->end >= end)
            return true;
        start = region->end;
    }
    return false;
}

uintptr_t az_region_find_gap(uintptr_t from, size_t bytes)
{
    for (size_t index = index_from(from); index < count; index++) {
        if (regions[index].start >= from && regions[index].start - from >= bytes)
            return from;
        from = regions[index].end;
    }
    return AZ_APP_END >= from && AZ_APP_END - from >= bytes ? from : 0;
}

/* Room for `more` regions. */
static int reserve(size_t more)
{
    if (count + more <= slots)
        return 0;
    size_t wanted = AZ_MAX(slots * 2, (size_t)SLOTS_FIRST);
    struct az_vm_region *larger = az_heap_alloc(wanted * sizeof *larger);
    if (!larger)
        return -ENOMEM;
    if (count > 0)
        memcpy(larger, regions, count * sizeof *larger);
    az_heap_free(regions, slots * sizeof *regions);
    regions = larger;
    slots = wanted;
    return 0;
}

static void insert(size_t index, const struct az_vm_region *region)
{
    if (region->pager->open)
        region->pager->open(region->object);
    memmove(&regions[index + 1], &regions[index], (count - index) * sizeof *regions);
    regions[index] = *region;
    count++;
}

static void erase(size_t index)
{
    struct az_vm_region gone = regions[index];
    count--;
    memmove(&regions[index], &regions[index + 1], (count - index) * sizeof *regions);
    if (gone.pager->close)
        gone.pager->close(gone.object);
}

/* The second half of a region, from `at`. There is room. */
static void split(size_t index, uintptr_t at)
{
    struct az_vm_region upper = regions[index];
    upper.offset = az_region_offset(&regions[index], at);
    upper.start = at;
    insert(index + 1, &upper);
    regions[index].end = at;
}

static bool contains(size_t index, uintptr_t at)
{
    return index < count && regions[index].start < at && at < regions[index].end;
}

int az_region_cut(uintptr_t start, uintptr_t end)
{
    int error = reserve(2);
    if (error)
        return error;
    size_t index = index_from(start);
    if (contains(index, start))
        split(index, start);
    index = index_from(end);
    if (contains(index, end))
        split(index, end);
    return 0;
}

/* Makes the region and the one after it one, when nothing tells them apart. */
static bool join_next(size_t index)
{
    if (index + 1 >= count)
        return false;
    struct az_vm_region *a = &regions[index];
    const struct az_vm_region *b = a + 1;
    bool goes_on = az_region_is_anonymous(a) || az_region_offset(a, a->end) == b->offset;
    if (a->end != b->start || !goes_on || a->protection != b->protection || a->flags != b->flags ||
        a->pager != b->pager || a->object != b->object)
        return false;
    a->end = b->end;
    erase(index + 1);
    return true;
}

void az_region_join(uintptr_t start, uintptr_t end)
{
    size_t index = index_from(start > 0 ? start - 1 : 0);
    while (index < count && regions[index].start <= end) {
        if (!join_next(index))
            index++;
    }
}

int az_region_add(const struct az_vm_region *region)
{
    int error = reserve(1);
    if (error)
        return error;
    insert(index_from(region->start), region);
    az_region_join(region->start, region->end);
    return 0;
}

void az_region_forget(uintptr_t start, uintptr_t end)
{
    size_t index = index_from(start);
    while (index < count && regions[index].start < end)
        erase(index);
}

void az_region_remove(uintptr_t start, uintptr_t end)
{
    const struct az_vm_region *region = az_region_from(start);
    for (; region && region->start < end; region = az_region_next(region))
        az_region_drop_pages(region, region->start, region->end);
    az_region_forget(start, end);
}
