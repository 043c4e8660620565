/* Physical memory and device registers as pointers. The only place where az_phys meets a pointer. */
#ifndef AZ_PHYS_H
#define AZ_PHYS_H

#include <az/base.h>

/* Pointer to RAM at `phys` in the physical map (docs/memory-map.md). Valid for all RAM ranges; mapped on first touch. */
void *az_phys_pointer(az_phys phys);

/* Physical address of a pointer into the image, the physical map or a mapped region. The page must be mapped. */
az_phys az_phys_from(const volatile void *pointer);

/*
 * Maps `bytes` of device registers at `phys` uncached and stores the address. Equal windows are shared; never unmapped.
 * Context: thread. Errors: -ENOMEM.
 */
AZ_MUST_USE int az_mmio_map(az_phys phys, size_t bytes, volatile void **out);

#endif
