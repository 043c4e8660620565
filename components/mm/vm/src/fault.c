/* A page fault in the app's half. Context: the fault stack; SSE registers have been saved. */
#include <errno.h>

#include <az/arch.h>
#include <az/log.h>
#include <az/pages.h>

#include "regions.h"

bool az_vm_fault(uintptr_t address, bool write, bool execute)
{
    struct az_vm_region *region = az_region_find(address);
    unsigned needed = write ? AZ_VM_WRITE : execute ? AZ_VM_EXEC : AZ_VM_READ | AZ_VM_WRITE | AZ_VM_EXEC;
    if (!region || !(region->protection & needed))
        return false;
    int error = az_region_fill(region, AZ_ROUND_DOWN(address, (uintptr_t)AZ_PAGE_BYTES), write);
    if (error == -ENOMEM) {
        struct az_pages_stats stats;
        az_pages_stats(&stats);
        az_panic("out of memory: all %llu KiB are in use; give the machine more",
                 (unsigned long long)(stats.total * AZ_PAGE_BYTES / 1024));
    }
    return error == 0;
}
