/*
 * The pages of a region. Anonymous pages and private copies of a pager's pages are ours to free; a pager's own page is mapped
 * for reading only while the region is private, so that the first write makes the copy.
 */
#include <errno.h>
#include <string.h>

#include <az/log.h>
#include <az/pages.h>
#include <az/phys.h>

#include "regions.h"

unsigned az_region_rights(const struct az_vm_region *region, bool copy)
{
    unsigned rights = region->protection;
    if (copy)
        return rights | AZ_MMU_COPY;
    bool writable = az_region_is_anonymous(region) || region->flags & AZ_VM_SHARED;
    return writable ? rights : rights & ~AZ_VM_WRITE;
}

static int page_alloc(az_phys *out)
{
    return az_pages_alloc(0, AZ_NODE_ANY, AZ_PAGES_NO_LIMIT, out);
}

static int anonymous_fault(struct az_vm_region *region, void *object, uint64_t page, bool write, az_phys *out)
{
    (void)region, (void)object, (void)page, (void)write;
    int error = page_alloc(out);
    if (!error)
        memset(az_phys_pointer(*out), 0, AZ_PAGE_BYTES);
    return error;
}

const struct az_pager az_pager_anonymous = {.fault = anonymous_fault};

/* The pager is done with a page, or it is freed. */
static void give_back(const struct az_vm_region *region, uintptr_t at, az_phys frame, bool copy)
{
    if (!copy && region->pager->unmap)
        region->pager->unmap(region->object, az_region_offset(region, at), frame);
    else
        az_pages_free(frame, 0);
}

/* A private copy of the pager's page in `*inout`, which goes back. */
static int make_copy(const struct az_vm_region *region, uintptr_t at, az_phys *inout)
{
    az_phys copy;
    int error = page_alloc(&copy);
    if (error)
        return error;
    memcpy(az_phys_pointer(copy), az_phys_pointer(*inout), AZ_PAGE_BYTES);
    give_back(region, at, *inout, false);
    *inout = copy;
    return 0;
}

int az_region_fill(struct az_vm_region *region, uintptr_t at, bool write)
{
    bool shared = region->flags & AZ_VM_SHARED;
    bool copy = write && !shared && !az_region_is_anonymous(region);
    struct az_mmu_page page;
    bool there = az_mmu_lookup(at, &page);
    if (there && (!write || page.rights & (AZ_VM_WRITE | AZ_MMU_COPY)))
        return 0;
    int error = there ? 0 : region->pager->fault(region, region->object, az_region_offset(region, at), write && shared, &page.frame);
    if (error)
        return error;
    if (copy)
        error = make_copy(region, at, &page.frame);
    if (!error)
        error = az_mmu_map(at, page.frame, az_region_rights(region, copy));
    else
        copy = false;
    if (error && !there)
        give_back(region, at, page.frame, copy);
    return error;
}

int az_region_write_back(const struct az_vm_region *region, uintptr_t start, uintptr_t end)
{
    int result = 0;
    if (!(region->flags & AZ_VM_SHARED) || !region->pager->writeback)
        return 0;
    for (uintptr_t at = az_mmu_next(start, end); at < end; at = az_mmu_next(at + AZ_PAGE_BYTES, end)) {
        struct az_mmu_page page;
        if (!az_mmu_lookup(at, &page) || !page.dirty)
            continue;
        int error = region->pager->writeback(region->object, az_region_offset(region, at), page.frame);
        if (error)
            result = error;
        else
            az_mmu_clean(at);
    }
    return result;
}

void az_region_drop_pages(const struct az_vm_region *region, uintptr_t start, uintptr_t end)
{
    int error = az_region_write_back(region, start, end);
    if (error)
        az_log("writing back a mapping failed: error %d, its changes are lost", error);
    for (uintptr_t at = az_mmu_next(start, end); at < end; at = az_mmu_next(at + AZ_PAGE_BYTES, end)) {
        struct az_mmu_page page;
        if (az_mmu_unmap(at, &page))
            give_back(region, at, page.frame, page.rights & AZ_MMU_COPY);
    }
}
