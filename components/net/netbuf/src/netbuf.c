/*
 * Buffers are halves of pages. A free one has `references` 0 and lies on a doubly linked list, so that the other half of a
 * page can be taken from the middle of it when the page is given back.
 */
#include <az/netbuf.h>
#include <az/pages.h>
#include <az/phys.h>

#define SLOT_BYTES 2048u
#define SLOT_RECORD 128u

_Static_assert(sizeof(struct az_netbuf) <= SLOT_RECORD, "the record fits before the data");
_Static_assert(SLOT_RECORD + AZ_NETBUF_HEADROOM + AZ_NETBUF_ROOM == SLOT_BYTES, "two buffers fill a page");

static struct {
    struct az_netbuf *free;
    uint32_t free_count;
    uint64_t total, total_max; /* buffers made; may be made, 0 until asked */
    struct az_netbuf_stats stats;
} netbuf_pool;

static struct az_netbuf **netbuf_free_previous(struct az_netbuf *buffer)
{
    return (struct az_netbuf **)(void *)&buffer->control[0];
}

static void netbuf_free_push(struct az_netbuf *buffer)
{
    buffer->references = 0;
    buffer->next = netbuf_pool.free;
    *netbuf_free_previous(buffer) = NULL;
    if (netbuf_pool.free)
        *netbuf_free_previous(netbuf_pool.free) = buffer;
    netbuf_pool.free = buffer;
    netbuf_pool.free_count++;
}

static void netbuf_free_remove(struct az_netbuf *buffer)
{
    struct az_netbuf *previous = *netbuf_free_previous(buffer);
    if (previous)
        previous->next = buffer->next;
    else
        netbuf_pool.free = buffer->next;
    if (buffer->next)
        *netbuf_free_previous(buffer->next) = previous;
    netbuf_pool.free_count--;
}

static void netbuf_release(struct az_netbuf *buffer)
{
    struct az_netbuf *other = (struct az_netbuf *)((uintptr_t)buffer ^ SLOT_BYTES);
    netbuf_pool.stats.live--;
    if (netbuf_pool.free_count >= CONFIG_NET_NETBUF_KEEP && other->references == 0) {
        az_phys page = {(buffer->phys.value - SLOT_RECORD) & ~(uint64_t)(AZ_PAGE_BYTES - 1)};
        netbuf_free_remove(other);
        netbuf_pool.total -= 2;
        az_pages_free(page, 0);
        return;
    }
    netbuf_free_push(buffer);
}

static void netbuf_slot_init(uint8_t *slot, az_phys phys)
{
    struct az_netbuf *buffer = (struct az_netbuf *)(void *)slot;
    buffer->head = slot + SLOT_RECORD;
    buffer->capacity = SLOT_BYTES - SLOT_RECORD;
    buffer->phys = az_phys_add(phys, SLOT_RECORD);
    buffer->release = netbuf_release;
    buffer->owner = NULL;
    netbuf_free_push(buffer);
}

static AZ_NOINLINE bool netbuf_grow(void)
{
    az_phys page;
    if (!netbuf_pool.total_max) {
        struct az_pages_stats pages;
        az_pages_stats(&pages);
        netbuf_pool.total_max = pages.total * CONFIG_NET_NETBUF_PERCENT / 100 * (AZ_PAGE_BYTES / SLOT_BYTES);
    }
    if (netbuf_pool.total + 2 > netbuf_pool.total_max || az_pages_alloc(0, AZ_NODE_ANY, AZ_PAGES_NO_LIMIT, &page)) {
        netbuf_pool.stats.failed++;
        return false;
    }
    uint8_t *memory = az_phys_pointer(page);
    netbuf_slot_init(memory + SLOT_BYTES, az_phys_add(page, SLOT_BYTES));
    netbuf_slot_init(memory, page);
    netbuf_pool.total += 2;
    return true;
}

struct az_netbuf *az_netbuf_alloc(size_t bytes)
{
    AZ_ASSERT(bytes <= AZ_NETBUF_ROOM);
    if (!netbuf_pool.free && !netbuf_grow())
        return NULL;
    struct az_netbuf *buffer = netbuf_pool.free;
    netbuf_free_remove(buffer);
    buffer->next = buffer->fragment = NULL;
    buffer->data = buffer->head + AZ_NETBUF_HEADROOM;
    buffer->length = 0;
    buffer->references = 1;
    buffer->flags = 0;
    netbuf_pool.stats.live++;
    if (netbuf_pool.stats.live > netbuf_pool.stats.live_max)
        netbuf_pool.stats.live_max = netbuf_pool.stats.live;
    return buffer;
}

void az_netbuf_unref(struct az_netbuf *buffer)
{
    while (buffer) {
        struct az_netbuf *fragment = buffer->fragment;
        if (--buffer->references)
            return;
        buffer->release(buffer);
        buffer = fragment;
    }
}

void az_netbuf_stats(struct az_netbuf_stats *out)
{
    *out = netbuf_pool.stats;
}
