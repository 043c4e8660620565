/* mremap(2): in place when there is room, else by moving the page table entries; no byte is copied. */
#include <errno.h>
#include <sys/mman.h>

#include <az/layout.h>
#include <az/self.h>

#include "regions.h"

/* Takes pages away from [start, end); they are mapped elsewhere too. */
static void clear(uintptr_t start, uintptr_t end)
{
    struct az_mmu_page page;
    for (uintptr_t at = az_mmu_next(start, end); at < end; at = az_mmu_next(at + AZ_PAGE_BYTES, end))
        (void)az_mmu_unmap(at, &page);
}

/* Maps the pages of [from, from + bytes) at `to` too, then takes them away from where they were. Errors: -ENOMEM, nothing moved. */
static int move_pages(uintptr_t from, uintptr_t to, size_t bytes)
{
    struct az_mmu_page page;
    uintptr_t end = from + bytes;
    for (uintptr_t at = az_mmu_next(from, end); at < end; at = az_mmu_next(at + AZ_PAGE_BYTES, end)) {
        if (!az_mmu_lookup(at, &page))
            continue;
        int error = az_mmu_map(to + (at - from), page.frame, page.rights | (page.dirty ? AZ_MMU_DIRTY : 0));
        if (error) {
            clear(to, to + (at - from));
            return error;
        }
    }
    clear(from, end);
    return 0;
}

/* The region's part [start, start + old_bytes) goes to `to`, where it has new_bytes. */
static long move(uintptr_t start, size_t old_bytes, uintptr_t to, size_t new_bytes)
{
    const struct az_vm_region *region = az_region_find(start);
    struct az_vm_region moved = *region;
    moved.offset = az_region_offset(region, start);
    moved.start = to;
    moved.end = to + new_bytes;
    int error = az_region_cut(start, start + old_bytes);
    if (!error)
        error = move_pages(start, to, AZ_MIN(old_bytes, new_bytes));
    if (error)
        return error;
    /* The old part goes first: next to it, the new one would be joined to it. The object must not go with it. */
    if (moved.pager->open)
        moved.pager->open(moved.object);
    az_region_remove(start, start + old_bytes);
    error = az_region_add(&moved);
    AZ_ASSERT(!error); /* a slot has just become free */
    if (moved.pager->close)
        moved.pager->close(moved.object);
    return (long)to;
}

static bool grow_in_place(uintptr_t start, uintptr_t old_end, size_t new_bytes)
{
    struct az_vm_region *region = az_region_find(start);
    if (region->end != old_end || new_bytes > AZ_APP_END - start || !az_region_gap(old_end, start + new_bytes))
        return false;
    region->end = start + new_bytes;
    az_region_join(start, region->end);
    return true;
}

long az_sys_mremap(void *addr, size_t old_length, size_t new_length, int flags, void *new_addr)
{
    uintptr_t start = (uintptr_t)addr, to = (uintptr_t)new_addr;
    bool fixed = flags & MREMAP_FIXED, may_move = flags & MREMAP_MAYMOVE;
    if (start % AZ_PAGE_BYTES || flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED) || (fixed && !may_move) || new_length == 0 ||
        old_length == 0 || new_length > AZ_APP_END || old_length > AZ_APP_END)
        return -EINVAL;
    size_t old_bytes = AZ_ROUND_UP(old_length, (size_t)AZ_PAGE_BYTES);
    size_t new_bytes = AZ_ROUND_UP(new_length, (size_t)AZ_PAGE_BYTES);
    if (fixed && (to % AZ_PAGE_BYTES || to < AZ_APP_START || to >= AZ_APP_END || new_bytes > AZ_APP_END - to ||
                  (to < start + old_bytes && start < to + new_bytes)))
        return -EINVAL;

    const struct az_vm_region *region = az_region_find(start);
    if (!region || region->end - start < old_bytes)
        return -EFAULT;
    if (fixed) {
        int error = az_vm_unmap(to, new_bytes);
        return error ? error : move(start, old_bytes, to, new_bytes);
    }
    if (new_bytes < old_bytes) {
        int error = az_vm_unmap(start + new_bytes, old_bytes - new_bytes);
        return error ? error : (long)start;
    }
    if (new_bytes == old_bytes || grow_in_place(start, start + old_bytes, new_bytes))
        return (long)start;
    to = may_move ? az_region_find_gap(AZ_APP_MMAP_START, new_bytes) : 0;
    return to ? move(start, old_bytes, to, new_bytes) : -ENOMEM;
}
