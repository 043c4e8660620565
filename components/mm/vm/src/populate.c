/* Pages filled before they are touched: a stack, where no fault can be taken. */
#include "regions.h"

int az_vm_populate(uintptr_t address)
{
    struct az_vm_region *const region = az_region_find(address - 1);
    if (!region)
        return 0; /* the image's own memory, which is always there */
    for (uintptr_t at = region->start; at < address; at += AZ_PAGE_BYTES) {
        const int error = az_region_fill(region, at, true);
        if (error)
            return error;
    }
    return 0;
}
