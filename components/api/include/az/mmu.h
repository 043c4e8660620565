/*
 * Page tables, a page at a time: the app's half and the kernel's mappings. Provided by arch; used by mm/vm and whoever maps
 * stacks. The image and the physical map are not touched through these. Rights are AZ_VM_READ, WRITE and EXEC (az/vm.h);
 * without any the page is there but every access faults.
 */
#ifndef AZ_MMU_H
#define AZ_MMU_H

#include <az/base.h>

#define AZ_MMU_UNCACHED 8u /* device registers */
#define AZ_MMU_COPY 16u    /* a note of mm/vm's, kept in the entry: a private copy of the pager's page */
#define AZ_MMU_DIRTY 32u   /* map it dirty already */

struct az_mmu_page {
    az_phys frame;
    unsigned rights; /* AZ_VM_* and AZ_MMU_* as mapped */
    bool dirty, accessed;
};

/* Maps the page at `at`, replacing what was there. Context: thread. Errors: -ENOMEM for a table. */
AZ_MUST_USE int az_mmu_map(uintptr_t at, az_phys frame, unsigned rights);
/* Whether a page is mapped at `at`, and which. Context: any. */
bool az_mmu_lookup(uintptr_t at, struct az_mmu_page *out);
/* Changes the rights of a mapped page; one that is not mapped is left alone. Context: thread. */
void az_mmu_protect(uintptr_t at, unsigned rights);
/* Forgets that a mapped page was written to. Context: thread. */
void az_mmu_clean(uintptr_t at);
/* Removes the page and tells which it was; false when there was none. Context: thread. */
bool az_mmu_unmap(uintptr_t at, struct az_mmu_page *out);
/* The first mapped page in [start, end), `end` when there is none: skips what has no tables. Context: any. */
uintptr_t az_mmu_next(uintptr_t start, uintptr_t end);

#endif
