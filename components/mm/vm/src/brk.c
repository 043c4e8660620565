/* brk(2): one region that grows from a fixed place, for static binaries and allocators that ask for it. */
#include <az/layout.h>
#include <az/self.h>

#include "regions.h"

static uintptr_t now = AZ_APP_BRK_START;

/* Returns the end of the area: the new one, or the old one when it cannot be had. */
long az_sys_brk(void *addr)
{
    uintptr_t wanted = (uintptr_t)addr;
    if (wanted < AZ_APP_BRK_START || wanted > AZ_APP_MMAP_START)
        return (long)now;
    uintptr_t mapped = AZ_ROUND_UP(now, (uintptr_t)AZ_PAGE_BYTES);
    uintptr_t end = AZ_ROUND_UP(wanted, (uintptr_t)AZ_PAGE_BYTES);
    int error = 0;
    if (end > mapped)
        error = az_vm_map(&mapped, end - mapped, AZ_VM_READ | AZ_VM_WRITE, AZ_VM_FIXED_KEEP, &az_pager_anonymous, NULL, 0);
    else if (end < mapped)
        error = az_vm_unmap(end, mapped - end);
    if (!error)
        now = wanted;
    return (long)now;
}
