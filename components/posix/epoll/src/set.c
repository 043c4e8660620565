#include "epoll.h"

#include <errno.h>

#include <az/heap.h>

#define FIRST_BUCKETS 8u

static struct epoll_item **bucket(const struct epoll *epoll, int fd)
{
    return &epoll->buckets[(uint32_t)fd & (epoll->bucket_count - 1)];
}

struct epoll_item *az_epoll_find(const struct epoll *epoll, int fd, const struct az_file *file)
{
    if (epoll->bucket_count == 0)
        return NULL;
    struct epoll_item *item = *bucket(epoll, fd);
    while (item && (item->fd != fd || item->file != file))
        item = item->bucket_next;
    return item;
}

static void put(struct epoll *epoll, struct epoll_item *item)
{
    struct epoll_item **at = bucket(epoll, item->fd);
    item->bucket_next = *at;
    *at = item;
}

static int grow(struct epoll *epoll)
{
    const uint32_t count = epoll->bucket_count ? epoll->bucket_count * 2 : FIRST_BUCKETS;
    struct epoll_item **const old = epoll->buckets;
    const uint32_t old_count = epoll->bucket_count;
    struct epoll_item **buckets = az_heap_zalloc(count * sizeof(*buckets));
    if (!buckets)
        return -ENOMEM;
    epoll->buckets = buckets;
    epoll->bucket_count = count;
    for (uint32_t i = 0; i < old_count; i++) {
        for (struct epoll_item *item = old[i], *next; item; item = next) {
            next = item->bucket_next;
            put(epoll, item);
        }
    }
    az_heap_free(old, old_count * sizeof(*old));
    return 0;
}

int az_epoll_insert(struct epoll *epoll, struct epoll_item *item)
{
    if (epoll->item_count >= epoll->bucket_count) {
        int error = grow(epoll);
        if (error)
            return error;
    }
    put(epoll, item);
    epoll->item_count++;
    return 0;
}

void az_epoll_remove(struct epoll_item *item)
{
    struct epoll_item **at = bucket(item->epoll, item->fd);
    while (*at != item)
        at = &(*at)->bucket_next;
    *at = item->bucket_next;
    item->epoll->item_count--;
    az_epoll_ready_remove(item);
    az_wait_entry_remove(&item->entry);
    az_heap_free(item, sizeof(*item));
}

void az_epoll_remove_all(struct epoll *epoll)
{
    for (uint32_t i = 0; i < epoll->bucket_count; i++)
        while (epoll->buckets[i])
            az_epoll_remove(epoll->buckets[i]);
    az_heap_free(epoll->buckets, epoll->bucket_count * sizeof(struct epoll_item *));
}

bool az_epoll_any(const struct epoll *epoll, bool (*visit)(const struct epoll_item *, const void *), const void *arg)
{
    for (uint32_t i = 0; i < epoll->bucket_count; i++)
        for (const struct epoll_item *item = epoll->buckets[i]; item; item = item->bucket_next)
            if (visit(item, arg))
                return true;
    return false;
}
