/* One epoll instance and what it watches. */
#ifndef AZ_EPOLL_H
#define AZ_EPOLL_H

#include <sys/epoll.h>

#include <az/file.h>

struct epoll;

struct epoll_item {
    struct az_wait_entry entry; /* on file->queue */
    struct epoll *epoll;
    struct az_file *file; /* not referenced: its end takes the item away */
    int fd;
    struct epoll_event wanted; /* events 0: disabled by EPOLLONESHOT */
    struct epoll_item *bucket_next;
    struct epoll_item *ready_next, **ready_link; /* link NULL: not on the ready list */
};

struct epoll {
    struct az_file file; /* first; its queue is woken when an item becomes ready */
    struct epoll_item **buckets;
    uint32_t bucket_count, item_count;
    struct epoll_item *ready_first, **ready_last;
    uint32_t ready_count;
};

/* -- set.c: which items there are ------------------------------------------------------------------------ */

struct epoll_item *az_epoll_find(const struct epoll *epoll, int fd, const struct az_file *file);
/* Puts an item in. Errors: -ENOMEM. */
AZ_MUST_USE int az_epoll_insert(struct epoll *epoll, struct epoll_item *item);
/* Takes an item out of the set, the ready list and its file's queue, and frees it. */
void az_epoll_remove(struct epoll_item *item);
void az_epoll_remove_all(struct epoll *epoll);
/* Calls visit(item, arg) for every item until it answers true; whether one did. */
bool az_epoll_any(const struct epoll *epoll, bool (*visit)(const struct epoll_item *, const void *), const void *arg);

/* -- ready.c: which of them are ready -------------------------------------------------------------------- */

void az_epoll_ready_add(struct epoll_item *item);
void az_epoll_ready_remove(struct epoll_item *item);
/* What of the wanted events holds now. */
uint32_t az_epoll_item_poll(const struct epoll_item *item);
/* Whether any item is ready; drops those from the list that no longer are. */
bool az_epoll_has_ready(struct epoll *epoll);
/*
 * Stores up to `max` events for the app. Returns how many. Errors: -EFAULT when the first one cannot be stored.
 */
AZ_MUST_USE long az_epoll_collect(struct epoll *epoll, struct epoll_event *user, int max);

#endif
