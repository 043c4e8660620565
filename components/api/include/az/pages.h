/* Whole pages of physical memory: a buddy allocator per NUMA node. Provided by mm/pages. */
#ifndef AZ_PAGES_H
#define AZ_PAGES_H

#include <az/base.h>

#define AZ_NODE_ANY (-1)
#define AZ_PAGES_ORDER_MAX 18u /* 1 GiB */
#define AZ_PAGES_NO_LIMIT ((az_phys){UINT64_MAX})

/*
 * Takes 2^order pages, physically contiguous and aligned to their size, entirely below `limit`, from `node` when it has
 * them. Contents are undefined. Cost O(order); page records are made when memory is first used.
 *
 * Context: thread, irq never.
 * Errors:  -ENOMEM; `*out` is untouched.
 */
AZ_MUST_USE int az_pages_alloc(unsigned order, int node, az_phys limit, az_phys *out);
void az_pages_free(az_phys start, unsigned order);

struct az_pages_stats {
    uint64_t total, free, used_max; /* pages */
};
void az_pages_stats(struct az_pages_stats *out);

#endif
