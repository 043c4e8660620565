/* Device registers, mapped uncached one window after the other. Devices stay, so windows are never given back. */
#include <errno.h>

#include <az/layout.h>
#include <az/mmu.h>
#include <az/phys.h>
#include <az/vm.h>

#define WINDOWS_MAX 32

struct window {
    uint64_t start, bytes; /* physical, whole pages */
    uintptr_t address;
};

static struct window windows[WINDOWS_MAX];
static unsigned used;
static uintptr_t next_address = AZ_KERNEL_MAP_START;

int az_mmio_map(az_phys phys, size_t bytes, volatile void **out)
{
    uint64_t start = AZ_ROUND_DOWN(phys.value, (uint64_t)AZ_PAGE_BYTES);
    uint64_t length = AZ_ROUND_UP(phys.value + bytes, (uint64_t)AZ_PAGE_BYTES) - start;
    for (unsigned i = 0; i < used; i++) {
        if (start >= windows[i].start && start + length <= windows[i].start + windows[i].bytes) {
            *out = (volatile void *)(windows[i].address + (uintptr_t)(phys.value - windows[i].start));
            return 0;
        }
    }
    if (used == WINDOWS_MAX || length > AZ_KERNEL_MAP_END - next_address)
        return -ENOMEM;
    for (uint64_t at = 0; at < length; at += AZ_PAGE_BYTES) {
        int error = az_mmu_map(next_address + (uintptr_t)at, az_phys_of(start + at),
                               AZ_VM_READ | AZ_VM_WRITE | AZ_MMU_UNCACHED);
        if (error)
            return error;
    }
    windows[used++] = (struct window){start, length, next_address};
    *out = (volatile void *)(next_address + (uintptr_t)(phys.value - start));
    next_address += (uintptr_t)length;
    return 0;
}
