#include "epoll.h"

#include <errno.h>

#include <az/user.h>

/* Flags of an item among its events, which are no events. */
#define FLAGS ((uint32_t)(EPOLLET | EPOLLONESHOT | EPOLLEXCLUSIVE | EPOLLWAKEUP))

void az_epoll_ready_add(struct epoll_item *item)
{
    if (item->ready_link)
        return;
    struct epoll *epoll = item->epoll;
    item->ready_next = NULL;
    item->ready_link = epoll->ready_last;
    *epoll->ready_last = item;
    epoll->ready_last = &item->ready_next;
    epoll->ready_count++;
}

void az_epoll_ready_remove(struct epoll_item *item)
{
    if (!item->ready_link)
        return;
    *item->ready_link = item->ready_next;
    if (item->ready_next)
        item->ready_next->ready_link = item->ready_link;
    else
        item->epoll->ready_last = item->ready_link;
    item->ready_link = NULL;
    item->epoll->ready_count--;
}

uint32_t az_epoll_item_poll(const struct epoll_item *item)
{
    const uint32_t wanted = item->wanted.events & ~FLAGS;
    return wanted ? az_file_poll(item->file) & wanted : 0;
}

bool az_epoll_has_ready(struct epoll *epoll)
{
    while (epoll->ready_first && az_epoll_item_poll(epoll->ready_first) == 0)
        az_epoll_ready_remove(epoll->ready_first);
    return epoll->ready_first != NULL;
}

long az_epoll_collect(struct epoll *epoll, struct epoll_event *user, int max)
{
    long stored = 0;
    /* Level-triggered items go back to the end of the list, so that each gets its turn; one pass sees each once. */
    for (uint32_t left = epoll->ready_count; left > 0 && stored < max; left--) {
        struct epoll_item *item = epoll->ready_first;
        const struct epoll_event event = {.events = az_epoll_item_poll(item), .data = item->wanted.data};
        if (event.events && az_user_put(&user[stored], &event))
            return stored > 0 ? stored : -EFAULT;
        az_epoll_ready_remove(item);
        if (event.events == 0)
            continue;
        stored++;
        if (item->wanted.events & EPOLLONESHOT)
            item->wanted.events &= FLAGS;
        else if (!(item->wanted.events & EPOLLET))
            az_epoll_ready_add(item);
    }
    return stored;
}
