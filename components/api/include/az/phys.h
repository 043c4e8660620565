/* Physical memory and device registers as pointers. The only place where az_phys meets a pointer. */
#ifndef AZ_PHYS_H
#define AZ_PHYS_H

#include <az/base.h>

/* Pointer to RAM at `phys` in the physical map (docs/memory-map.md). Valid for all RAM ranges; mapped on first touch. */
void *az_phys_pointer(az_phys phys);

/* Physical address of a pointer into the image, the physical map or a mapped region. The page must be mapped. */
az_phys az_phys_from(const volatile void *pointer);

/* Where the image was loaded. */
az_phys az_phys_of_image(void);

/*
 * The physical map needs a page for its own tables in each stretch of memory (1 GiB on x86_64, never on i386) before anything
 * there is touched. mm/pages asks before it goes on to memory at `at`, and gives a page of memory it had before.
 */
bool az_phys_table_wanted(az_phys at);
void az_phys_table_give(az_phys at, az_phys table);

/*
 * Maps `bytes` of device registers at `phys` uncached and stores the address. Equal windows are shared; never unmapped.
 * Context: thread. Errors: -ENOMEM.
 */
AZ_MUST_USE int az_mmio_map(az_phys phys, size_t bytes, volatile void **out);

#endif
