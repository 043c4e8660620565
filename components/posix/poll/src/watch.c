#include "watch.h"

#include <errno.h>
#include <poll.h>

int az_watch_open(struct az_watch *watch, int fd, uint32_t wanted)
{
    watch->wanted = wanted | POLLERR | POLLHUP;
    watch->ready = 0;
    watch->file = NULL;
    return az_fd_get(fd, &watch->file);
}

void az_watch_close(struct az_watch_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        if (!set->watches[i].file)
            continue;
        az_wait_entry_remove(&set->watches[i].entry);
        az_file_unref(set->watches[i].file);
    }
}

static void woken(struct az_wait_entry *entry, uint32_t events)
{
    struct az_watch *watch = AZ_CONTAINER_OF(entry, struct az_watch, entry);
    if (events == 0 || (events & watch->wanted))
        az_wake(&watch->set->queue, events);
}

static long count_ready(struct az_watch_set *set)
{
    long ready = 0;
    for (size_t i = 0; i < set->count; i++) {
        struct az_watch *watch = &set->watches[i];
        watch->ready = watch->file ? az_file_poll(watch->file) & watch->wanted : 0;
        ready += watch->ready != 0;
    }
    return ready;
}

static void join_queues(struct az_watch_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        struct az_watch *watch = &set->watches[i];
        if (!watch->file)
            continue;
        watch->set = set;
        watch->entry = (struct az_wait_entry){.woken = woken};
        az_wait_entry_add(&watch->file->queue, &watch->entry);
    }
}

long az_watch_wait(struct az_watch_set *set, az_time deadline, bool at_once)
{
    (void)az_poll();
    long ready = count_ready(set);
    if (ready > 0 || at_once)
        return ready;
    join_queues(set);
    for (;;) {
        uint32_t ticket = az_wait_ticket(&set->queue);
        ready = count_ready(set);
        if (ready > 0)
            return ready;
        int error = az_wait_for_app(&set->queue, ticket, deadline);
        if (error == -ETIMEDOUT)
            return count_ready(set);
        if (error)
            return -EINTR;
    }
}
