/* Regions of virtual memory of the app (low half), each filled by a pager. Provided by mm/vm. */
#ifndef AZ_VM_H
#define AZ_VM_H

#include <az/base.h>

#define AZ_VM_READ 1u
#define AZ_VM_WRITE 2u
#define AZ_VM_EXEC 4u

#define AZ_VM_FIXED 1u       /* at `hint` exactly, replacing what is there */
#define AZ_VM_FIXED_KEEP 2u  /* at `hint` exactly, -EEXIST when something is there */
#define AZ_VM_POPULATE 4u    /* map every page now */
#define AZ_VM_SHARED 8u

struct az_vm_region;

/* Fills pages of a region. `page` is an offset into the object, in bytes, page aligned. */
struct az_pager {
    /* Stores a page with the contents at `page`; `write` when it is for writing. Errors: -ENOMEM, -EIO (SIGBUS). */
    int (*fault)(struct az_vm_region *region, void *object, uint64_t page, bool write, az_phys *out);
    /* The page is no longer mapped by the region; NULL frees it as anonymous memory. */
    void (*unmap)(void *object, uint64_t page, az_phys frame);
    /* Writes a dirty page of a shared region back; NULL when there is nothing to write to. */
    int (*writeback)(void *object, uint64_t page, az_phys frame);
    /* References the region takes and gives up on the object; NULL when it is not counted. */
    void (*open)(void *object);
    void (*close)(void *object);
};

/* Zeroed pages of no file. */
extern const struct az_pager az_pager_anonymous;

/*
 * Maps [*inout, *inout + bytes), `bytes` rounded up to pages; *inout is a hint on entry, the place on success.
 * Context: thread. Errors: -ENOMEM, -EEXIST, -EINVAL; nothing has changed then (but with AZ_VM_FIXED what was there is gone).
 */
AZ_MUST_USE int az_vm_map(uintptr_t *inout, size_t bytes, unsigned protection, unsigned flags,
                          const struct az_pager *pager, void *object, uint64_t offset);
AZ_MUST_USE int az_vm_unmap(uintptr_t start, size_t bytes);
AZ_MUST_USE int az_vm_protect(uintptr_t start, size_t bytes, unsigned protection);
/* Fills what is missing below `address` in its region. Errors: -ENOMEM; -EIO and what the pager says. Context: thread. */
AZ_MUST_USE int az_vm_populate(uintptr_t address);

/*
 * Whole pages for malloc, mapped and zeroed, readable and writable, from the app's heap area. `bytes` is a multiple of the
 * page size. Context: thread. NULL when there is no memory.
 */
AZ_MUST_USE void *az_app_pages_alloc(size_t bytes);
void az_app_pages_free(void *start, size_t bytes);

#endif
