/* The parts of the address space: docs/memory-map.md as constants. */
#ifndef AZ_LAYOUT_H
#define AZ_LAYOUT_H

#include <az/base.h>

#ifdef __x86_64__
#define AZ_APP_START 0x10000ul              /* lowest address an app may map */
#define AZ_APP_BRK_START 0x010000000000ul   /* brk(2) grows from here up to the next one */
#define AZ_APP_MMAP_START 0x100000000000ul  /* where regions without a hint are placed from */
#define AZ_APP_END 0x7ffffffff000ul
#define AZ_PHYS_MAP_START 0xffff800000000000ul
#define AZ_PHYS_MAP_END 0xffffc00000000000ul
#define AZ_PHYS_MAP_BYTES 0x8000000000ull /* RAM above is left alone: one upper table, 512 GiB */
#define AZ_KERNEL_MAP_START 0xffffc00000000000ul /* device registers, stacks */
#define AZ_KERNEL_MAP_END 0xffffc10000000000ul
#define AZ_IMAGE_BASE 0xffffffff80000000ul  /* link address minus link-time physical address */
#else
#define AZ_APP_START 0x10000ul
#define AZ_APP_BRK_START 0x20000000ul
#define AZ_APP_MMAP_START 0x40000000ul
#define AZ_APP_END 0xbffff000ul
#define AZ_PHYS_MAP_START 0xc0000000ul
#define AZ_PHYS_MAP_END 0xf0000000ul
#define AZ_PHYS_MAP_BYTES 0x30000000ull /* RAM above is left alone */
#define AZ_KERNEL_MAP_START 0xf8000000ul
#define AZ_KERNEL_MAP_END 0xffc00000ul
#define AZ_IMAGE_BASE 0xf0000000ul
#endif


#endif
