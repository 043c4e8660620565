/* madvise(2), mincore(2), msync(2): what can be said and asked about mapped pages. */
#include <errno.h>
#include <sys/mman.h>

#include <az/layout.h>
#include <az/self.h>
#include <az/user.h>

#include "regions.h"

/* Rounds up; false when the range wraps or leaves the app's half. */
static bool range_of(uintptr_t start, size_t length, uintptr_t *out_end)
{
    if (start >= AZ_APP_END || length > AZ_APP_END - start)
        return false;
    *out_end = AZ_ROUND_UP(start + length, (uintptr_t)AZ_PAGE_BYTES);
    return true;
}

static void drop(uintptr_t start, uintptr_t end)
{
    const struct az_vm_region *region = az_region_from(start);
    for (; region && region->start < end; region = az_region_next(region))
        az_region_drop_pages(region, AZ_MAX(region->start, start), AZ_MIN(region->end, end));
}

long az_sys_madvise(void *addr, size_t length, int advice)
{
    uintptr_t start = (uintptr_t)addr, end;
    if (start % AZ_PAGE_BYTES)
        return -EINVAL;
    switch (advice) {
    case MADV_NORMAL:
    case MADV_RANDOM:
    case MADV_SEQUENTIAL:
    case MADV_WILLNEED:
    case MADV_DONTFORK:
    case MADV_DOFORK:
    case MADV_HUGEPAGE:
    case MADV_NOHUGEPAGE:
    case MADV_DONTDUMP:
    case MADV_DODUMP:
    case MADV_COLD:
    case MADV_DONTNEED:
    case MADV_FREE:
        break;
    default:
        return -EINVAL;
    }
    if (length == 0)
        return 0;
    if (!range_of(start, length, &end))
        return -ENOMEM;
    if (advice == MADV_DONTNEED || advice == MADV_FREE)
        drop(start, end);
    return az_region_covers(start, end) ? 0 : -ENOMEM;
}

long az_sys_mincore(void *addr, size_t length, unsigned char *resident)
{
    uintptr_t start = (uintptr_t)addr, end;
    if (start % AZ_PAGE_BYTES)
        return -EINVAL;
    if (length == 0)
        return 0;
    if (!range_of(start, length, &end) || !az_region_covers(start, end))
        return -ENOMEM;
    for (uintptr_t at = start; at < end; at += AZ_PAGE_BYTES) {
        struct az_mmu_page page;
        unsigned char there = az_mmu_lookup(at, &page);
        int error = az_user_put(resident++, &there);
        if (error)
            return error;
    }
    return 0;
}

long az_sys_msync(void *addr, size_t length, int flags)
{
    uintptr_t start = (uintptr_t)addr, end;
    if (start % AZ_PAGE_BYTES || flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC) ||
        (flags & MS_ASYNC && flags & MS_SYNC))
        return -EINVAL;
    if (length == 0)
        return 0;
    if (!range_of(start, length, &end))
        return -ENOMEM;
    const struct az_vm_region *region = az_region_from(start);
    for (; region && region->start < end; region = az_region_next(region)) {
        int error = az_region_write_back(region, AZ_MAX(region->start, start), AZ_MIN(region->end, end));
        if (error)
            return error;
    }
    return az_region_covers(start, end) ? 0 : -ENOMEM;
}
