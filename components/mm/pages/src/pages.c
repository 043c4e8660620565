/*
 * A buddy allocator whose cost at boot does not depend on how much memory there is.
 *
 * Each zone (a usable stretch of RAM) begins with its records, one byte per page: 0, or 1 + the order of the free block that
 * begins there. A zone is taken into use from the bottom: pages from `fresh` to `stop` have never been in a free list. Free blocks
 * are linked through their own first bytes.
 *
 * Where a large zone's first page lies depends on how many records it has. It is taken into use from a round page on, so that
 * the first blocks are large ones however much memory there is; the pages below that one come last.
 */
#include <errno.h>
#include <string.h>

#include <az/boot_info.h>
#include <az/layout.h>
#include <az/pages.h>
#include <az/phys.h>
#include <az/self.h>

#include "zones.h"

#define ZONES_MAX 40
#define NODES_MAX 8u
#define ORDERS (AZ_PAGES_ORDER_MAX + 1)
#define GROW_ORDER 12u             /* 16 MiB at a time: one page of records */
#define ROUND_PAGES 512u           /* 2 MiB: where a zone of at least one whole growth begins */
#define LOW_MEMORY_END 0x100000u   /* taken last: some devices reach nothing else */

struct block {
    struct block *next, **link;
};

struct zone {
    uint64_t base;          /* page number of the first record, that is of the zone's start */
    uint64_t first, end;    /* page numbers of what is handed out */
    uint64_t fresh, stop;   /* what has not been taken into use yet */
    uint64_t later_end;     /* from `first` on, what is to be taken into use after that; `first` when nothing is */
    uint64_t records_ready; /* pages of records written so far */
    uint32_t node;
};

static struct zone zones[ZONES_MAX];
static unsigned zone_count;
static uint32_t node_count = 1;
static struct block *lists[NODES_MAX][ORDERS];
static uint64_t pages_total, pages_used, pages_used_max;

/* A page kept for the physical map's next table: when it is needed, no other may be left. */
static bool reserve_wanted, reserve_there;
static az_phys reserve;

static az_phys phys_of_page(uint64_t page)
{
    return az_phys_of(page << AZ_PAGE_SHIFT);
}

static uint64_t page_of_block(const struct block *block)
{
    return az_phys_from(block).value >> AZ_PAGE_SHIFT;
}

static uint8_t *record_of(const struct zone *zone, uint64_t page)
{
    return (uint8_t *)az_phys_pointer(phys_of_page(zone->base)) + (page - zone->base);
}

static void zone_add(uint64_t start, uint64_t end, uint32_t node)
{
    uint64_t pages = end - start, records = AZ_ROUND_UP(pages, (uint64_t)AZ_PAGE_BYTES) / AZ_PAGE_BYTES;
    if (pages <= records || zone_count == ZONES_MAX)
        return;
    node = node < NODES_MAX ? node : 0;
    node_count = AZ_MAX(node_count, node + 1);
    const uint64_t first = start + records;
    const uint64_t from = pages >> GROW_ORDER ? AZ_ROUND_UP(first, (uint64_t)ROUND_PAGES) : first;
    zones[zone_count++] = (struct zone){
        .base = start, .first = first, .end = end, .fresh = from, .stop = end, .later_end = from, .node = node};
    pages_total += pages - records;
    reserve_wanted |= az_phys_table_wanted(phys_of_page(end - 1));
}

int az_pages_init(void)
{
    uint64_t start, end = 0;
    uint32_t node;
    while (az_zone_next(&az_boot_info, end, &start, &end, &node))
        zone_add(start >> AZ_PAGE_SHIFT, end >> AZ_PAGE_SHIFT, node);
    return zone_count > 0 ? 0 : -ENOMEM;
}

static void list_add(const struct zone *zone, uint64_t page, unsigned order)
{
    struct block *block = az_phys_pointer(phys_of_page(page));
    struct block **head = &lists[zone->node][order];
    *record_of(zone, page) = (uint8_t)(order + 1);
    block->next = *head;
    block->link = head;
    if (block->next)
        block->next->link = &block->next;
    *head = block;
}

static void list_remove(const struct zone *zone, uint64_t page)
{
    struct block *block = az_phys_pointer(phys_of_page(page));
    *record_of(zone, page) = 0;
    *block->link = block->next;
    if (block->next)
        block->next->link = block->link;
}

static struct zone *zone_of(uint64_t page)
{
    for (unsigned i = 0; i < zone_count; i++) {
        if (page >= zones[i].first && page < zones[i].end)
            return &zones[i];
    }
    return NULL;
}

/* Whether the records of these pages have been written. */
static bool is_recorded(const struct zone *zone, uint64_t page, uint64_t pages)
{
    return page >= zone->first && page + pages <= zone->end &&
           page + pages - zone->base <= zone->records_ready << AZ_PAGE_SHIFT;
}

/* Puts a block into the lists, joined with its free buddies. */
static void release(const struct zone *zone, uint64_t page, unsigned order)
{
    for (; order < AZ_PAGES_ORDER_MAX; order++) {
        uint64_t buddy = page ^ (uint64_t)1 << order;
        if (!is_recorded(zone, buddy, (uint64_t)1 << order) || *record_of(zone, buddy) != order + 1)
            break;
        list_remove(zone, buddy);
        page = AZ_MIN(page, buddy);
    }
    list_add(zone, page, order);
}

/* Makes sure that the physical map reaches `page`. */
static bool reach(uint64_t page)
{
    if (!az_phys_table_wanted(phys_of_page(page)))
        return true;
    if (!reserve_there)
        return false;
    reserve_there = false;
    az_phys_table_give(phys_of_page(page), reserve);
    return true;
}

/* Takes the next block of a zone into use, of at least 2^order pages where alignment allows; false when it has none. */
static bool grow(struct zone *zone, unsigned order)
{
    unsigned size = AZ_MAX(order, GROW_ORDER);
    if (zone->fresh == zone->stop) {
        zone->fresh = zone->first;
        zone->stop = zone->later_end;
        zone->later_end = zone->first;
    }
    uint64_t page = zone->fresh;
    while (size > 0 && (page & (((uint64_t)1 << size) - 1) || page + ((uint64_t)1 << size) > zone->stop))
        size--;
    if (page >= zone->stop || !reach(page))
        return false;
    uint64_t next = page + ((uint64_t)1 << size);
    for (uint64_t ready; (ready = zone->records_ready) << AZ_PAGE_SHIFT < next - zone->base; zone->records_ready++) {
        if (!reach(zone->base + ready))
            return false;
        memset(az_phys_pointer(phys_of_page(zone->base + ready)), 0, AZ_PAGE_BYTES);
    }
    zone->fresh = next;
    release(zone, page, size);
    return true;
}

/* The first free block of `order` below `limit`, split from a larger one. */
static bool take(uint32_t node, unsigned order, uint64_t limit, uint64_t *out)
{
    const uint64_t pages = (uint64_t)1 << order;
    for (unsigned size = order; size < ORDERS; size++) {
        const struct block *block = lists[node][size];
        while (block && page_of_block(block) + pages > limit)
            block = block->next;
        if (!block)
            continue;
        uint64_t page = page_of_block(block);
        const struct zone *zone = zone_of(page);
        list_remove(zone, page);
        while (size > order) {
            size--;
            list_add(zone, page + ((uint64_t)1 << size), size);
        }
        *out = page;
        return true;
    }
    return false;
}

static void refill_reserve(uint32_t node)
{
    uint64_t page;
    if (!reserve_wanted || reserve_there || !take(node, 0, UINT64_MAX, &page))
        return;
    reserve = phys_of_page(page);
    reserve_there = true;
    pages_used++;
}

static bool grow_node(uint32_t node, unsigned order, uint64_t limit, bool low)
{
    for (unsigned i = 0; i < zone_count; i++) {
        struct zone *zone = &zones[i];
        if (zone->node != node || zone->fresh + ((uint64_t)1 << order) > limit ||
            (zone->end <= LOW_MEMORY_END >> AZ_PAGE_SHIFT) != low)
            continue;
        if (grow(zone, order)) {
            refill_reserve(node);
            return true;
        }
    }
    return false;
}

static bool alloc_on(uint32_t node, unsigned order, uint64_t limit, uint64_t *out)
{
    do {
        if (take(node, order, limit, out))
            return true;
    } while (grow_node(node, order, limit, false) || grow_node(node, order, limit, true));
    return false;
}

int az_pages_alloc(unsigned order, int node, az_phys limit, az_phys *out)
{
    AZ_ASSERT(order <= AZ_PAGES_ORDER_MAX);
    uint32_t wanted = node > 0 ? (uint32_t)node % node_count : 0;
    for (uint32_t i = 0; i < node_count; i++) {
        uint64_t page;
        if (!alloc_on((wanted + i) % node_count, order, limit.value >> AZ_PAGE_SHIFT, &page))
            continue;
        pages_used += (uint64_t)1 << order;
        pages_used_max = AZ_MAX(pages_used_max, pages_used);
        *out = phys_of_page(page);
        return 0;
    }
    return -ENOMEM;
}

void az_pages_free(az_phys start, unsigned order)
{
    uint64_t page = start.value >> AZ_PAGE_SHIFT, pages = (uint64_t)1 << order;
    const struct zone *zone = zone_of(page);
    AZ_ASSERT(order <= AZ_PAGES_ORDER_MAX && zone && start.value % (pages << AZ_PAGE_SHIFT) == 0);
    AZ_ASSERT(is_recorded(zone, page, pages) && *record_of(zone, page) == 0);
    release(zone, page, order);
    pages_used -= pages;
}

void az_pages_stats(struct az_pages_stats *out)
{
    *out = (struct az_pages_stats){.total = pages_total, .free = pages_total - pages_used, .used_max = pages_used_max};
}
