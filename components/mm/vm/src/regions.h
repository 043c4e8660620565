/*
 * The regions, sorted by address, in one array that grows. Neighbours that are alike are one region. Addresses and lengths in
 * here are whole pages, inside the app's half, and do not wrap: the system calls see to that.
 */
#ifndef REGIONS_H
#define REGIONS_H

#include <az/mmu.h>
#include <az/vm.h>

struct az_vm_region {
    uintptr_t start, end;
    uint64_t offset; /* into the object; without meaning for anonymous memory */
    unsigned protection, flags; /* AZ_VM_READ...; AZ_VM_SHARED or 0 */
    const struct az_pager *pager;
    void *object;
};

/* The region of `address`, NULL when there is none. Pointers are good until the next change. */
struct az_vm_region *az_region_find(uintptr_t address);
/* The first region that ends after `address`, NULL when none does. */
struct az_vm_region *az_region_from(uintptr_t address);
/* The region after `region`, NULL at the end. */
struct az_vm_region *az_region_next(const struct az_vm_region *region);
/* Whether no byte of [start, end) is in a region; whether every one is. */
bool az_region_gap(uintptr_t start, uintptr_t end);
bool az_region_covers(uintptr_t start, uintptr_t end);
/* The lowest gap of `bytes` at or above `from`; 0 when there is none. */
uintptr_t az_region_find_gap(uintptr_t from, size_t bytes);

/* Adds a region where a gap is; takes a reference on the object. Errors: -ENOMEM. */
AZ_MUST_USE int az_region_add(const struct az_vm_region *region);
/* Cuts regions at both ends, so that [start, end) holds whole ones. Errors: -ENOMEM. */
AZ_MUST_USE int az_region_cut(uintptr_t start, uintptr_t end);
/* Removes what [start, end) holds, pages too; regions have been cut. */
void az_region_remove(uintptr_t start, uintptr_t end);
/* The same without touching the pages: they have been moved. */
void az_region_forget(uintptr_t start, uintptr_t end);
/* Joins neighbours that are alike around [start, end). */
void az_region_join(uintptr_t start, uintptr_t end);

/* Gives back the pages of a part of a region, written back first when they are shared and dirty. */
void az_region_drop_pages(const struct az_vm_region *region, uintptr_t start, uintptr_t end);
/* Writes dirty pages of a shared region back. Errors: -EIO and what the pager says. */
AZ_MUST_USE int az_region_write_back(const struct az_vm_region *region, uintptr_t start, uintptr_t end);
/* Maps the page at `at`, for writing if need be. Errors: -ENOMEM; -EIO and what the pager says. */
AZ_MUST_USE int az_region_fill(struct az_vm_region *region, uintptr_t at, bool write);
/* What the page tables are to allow for a page of the region. `copy`: it is a private copy of the pager's. */
unsigned az_region_rights(const struct az_vm_region *region, bool copy);

AZ_ALWAYS_INLINE uint64_t az_region_offset(const struct az_vm_region *region, uintptr_t at)
{
    return region->offset + (at - region->start);
}

AZ_ALWAYS_INLINE bool az_region_is_anonymous(const struct az_vm_region *region)
{
    return region->pager == &az_pager_anonymous;
}

#endif
