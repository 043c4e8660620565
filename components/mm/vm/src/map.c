/* az/vm.h: mapping, unmapping and protecting, for the kernel's own users and for the system calls. */
#include <errno.h>

#include <az/layout.h>

#include "regions.h"

/* Rounds to whole pages. Errors: -EINVAL for an empty range, an uneven start, or one outside the app's half. */
static int range_of(uintptr_t start, size_t bytes, uintptr_t *out_end)
{
    if (start % AZ_PAGE_BYTES || bytes == 0 || start < AZ_APP_START || start >= AZ_APP_END || bytes > AZ_APP_END - start)
        return -EINVAL;
    *out_end = AZ_ROUND_UP(start + bytes, (uintptr_t)AZ_PAGE_BYTES);
    return 0;
}

/* Where a region of `bytes` goes: at the hint if it is free, else in the first gap. */
static uintptr_t place(uintptr_t hint, size_t bytes)
{
    hint = AZ_ROUND_DOWN(hint, (uintptr_t)AZ_PAGE_BYTES);
    if (hint >= AZ_APP_START && hint < AZ_APP_END && bytes <= AZ_APP_END - hint && az_region_gap(hint, hint + bytes))
        return hint;
    uintptr_t at = az_region_find_gap(AZ_APP_MMAP_START, bytes);
    return at ? at : az_region_find_gap(AZ_APP_START, bytes);
}

int az_vm_map(uintptr_t *inout, size_t bytes, unsigned protection, unsigned flags, const struct az_pager *pager,
              void *object, uint64_t offset)
{
    uintptr_t start = *inout, end;
    if (bytes == 0)
        return -EINVAL;
    if (bytes > AZ_APP_END)
        return -ENOMEM;
    bytes = AZ_ROUND_UP(bytes, (size_t)AZ_PAGE_BYTES);
    if (flags & (AZ_VM_FIXED | AZ_VM_FIXED_KEEP)) {
        if (start % AZ_PAGE_BYTES)
            return -EINVAL;
        if (range_of(start, bytes, &end))
            return -ENOMEM;
        if (flags & AZ_VM_FIXED_KEEP && !az_region_gap(start, end))
            return -EEXIST;
        int error = az_vm_unmap(start, bytes);
        if (error)
            return error;
    } else {
        start = place(start, bytes);
        if (!start)
            return -ENOMEM;
        end = start + bytes;
    }
    const struct az_vm_region region = {.start = start, .end = end, .offset = offset, .protection = protection,
                                        .flags = flags & AZ_VM_SHARED, .pager = pager, .object = object};
    int error = az_region_add(&region);
    if (error)
        return error;
    /* As on Linux, a page that cannot be had now is had, or missed, at first touch. */
    for (uintptr_t at = start; flags & AZ_VM_POPULATE && at < end; at += AZ_PAGE_BYTES) {
        if (az_region_fill(az_region_find(at), at, protection & AZ_VM_WRITE && !(flags & AZ_VM_SHARED)))
            break;
    }
    *inout = start;
    return 0;
}

int az_vm_unmap(uintptr_t start, size_t bytes)
{
    uintptr_t end;
    int error = range_of(start, bytes, &end);
    if (error)
        return error;
    error = az_region_cut(start, end);
    if (error)
        return error;
    az_region_remove(start, end);
    return 0;
}

int az_vm_protect(uintptr_t start, size_t bytes, unsigned protection)
{
    uintptr_t end;
    int error = range_of(start, bytes, &end);
    if (error)
        return error;
    if (!az_region_covers(start, end))
        return -ENOMEM;
    error = az_region_cut(start, end);
    if (error)
        return error;
    for (struct az_vm_region *region = az_region_find(start); region && region->start < end; region = az_region_next(region)) {
        region->protection = protection;
        for (uintptr_t at = az_mmu_next(region->start, region->end); at < region->end;
             at = az_mmu_next(at + AZ_PAGE_BYTES, region->end)) {
            struct az_mmu_page page;
            if (az_mmu_lookup(at, &page))
                az_mmu_protect(at, az_region_rights(region, page.rights & AZ_MMU_COPY));
        }
    }
    az_region_join(start, end);
    return 0;
}

void *az_app_pages_alloc(size_t bytes)
{
    uintptr_t at = 0;
    return az_vm_map(&at, bytes, AZ_VM_READ | AZ_VM_WRITE, 0, &az_pager_anonymous, NULL, 0) ? NULL : (void *)at;
}

void az_app_pages_free(void *start, size_t bytes)
{
    int error = az_vm_unmap((uintptr_t)start, bytes);
    AZ_ASSERT(error == 0 || error == -ENOMEM); /* no memory to cut a region in two: its pages stay mapped */
}
