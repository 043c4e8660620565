/* epoll(7). What is watched says when it may be ready; a wait asks only what has said so. */
#include <az/self.h>

#include <errno.h>
#include <poll.h>

#include <az/clock.h>
#include <az/heap.h>
#include <az/process.h>
#include <az/user.h>

#include "epoll.h"

#define NESTING_MAX 5
#define EVENTS_MAX (INT32_MAX / (int)sizeof(struct epoll_event))
#define ALWAYS_WANTED (EPOLLERR | EPOLLHUP)
#define ALLOWED_WITH_EXCLUSIVE                                                                     \
    ((uint32_t)(EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLWAKEUP | EPOLLET | EPOLLEXCLUSIVE))

static uint32_t poll_epoll(struct az_file *file)
{
    return az_epoll_has_ready(AZ_CONTAINER_OF(file, struct epoll, file)) ? POLLIN | POLLRDNORM : 0;
}

static void close_epoll(struct az_file *file)
{
    struct epoll *epoll = AZ_CONTAINER_OF(file, struct epoll, file);
    az_epoll_remove_all(epoll);
    az_heap_free(epoll, sizeof(*epoll));
}

static const struct az_file_ops epoll_ops = {
    .poll = poll_epoll,
    .seek = AZ_FILE_SEEKS ? az_file_seek_nowhere : NULL,
    .close = close_epoll,
};

static struct epoll *epoll_of(struct az_file *file)
{
    return file->ops == &epoll_ops ? AZ_CONTAINER_OF(file, struct epoll, file) : NULL;
}

long az_sys_epoll_create1(int flags)
{
    if (flags & ~EPOLL_CLOEXEC)
        return -EINVAL;
    struct epoll *epoll = az_heap_zalloc(sizeof(*epoll));
    if (!epoll)
        return -ENOMEM;
    az_file_init(&epoll->file, &epoll_ops, O_RDWR);
    epoll->ready_last = &epoll->ready_first;
    int fd = az_fd_add(&epoll->file, 0, flags & EPOLL_CLOEXEC ? FD_CLOEXEC : 0);
    if (fd < 0)
        az_file_unref(&epoll->file);
    return fd;
}

long az_sys_epoll_create(int size)
{
    return size > 0 ? az_sys_epoll_create1(0) : -EINVAL;
}

/* -- epoll_ctl ------------------------------------------------------------------------------------------- */

static void woken(struct az_wait_entry *entry, uint32_t events)
{
    struct epoll_item *item = AZ_CONTAINER_OF(entry, struct epoll_item, entry);
    if (events & AZ_POLL_GONE) {
        az_epoll_remove(item);
        return;
    }
    if (events && !(events & item->wanted.events))
        return;
    az_epoll_ready_add(item);
    az_wake(&item->epoll->file.queue, POLLIN | POLLRDNORM);
}

static void add_if_ready(struct epoll_item *item)
{
    if (az_epoll_item_poll(item) == 0)
        return;
    az_epoll_ready_add(item);
    az_wake(&item->epoll->file.queue, POLLIN | POLLRDNORM);
}

struct search {
    const struct epoll *target;
    int depth;
};

/* Whether watching what `item` watches leads to the target, or too deep. */
static bool leads_to(const struct epoll_item *item, const void *arg)
{
    const struct search *search = arg;
    const struct epoll *inner = epoll_of(item->file);
    if (!inner)
        return false;
    const struct search deeper = {search->target, search->depth + 1};
    return inner == search->target || deeper.depth >= NESTING_MAX || az_epoll_any(inner, leads_to, &deeper);
}

static int add(struct epoll *epoll, int fd, struct az_file *file, const struct epoll_event *event)
{
    const struct epoll *inner = epoll_of(file);
    if ((event->events & EPOLLEXCLUSIVE) && (inner || (event->events & ~ALLOWED_WITH_EXCLUSIVE)))
        return -EINVAL;
    if (inner && az_epoll_any(inner, leads_to, &(struct search){epoll, 1}))
        return -ELOOP;
    if (az_epoll_find(epoll, fd, file))
        return -EEXIST;
    struct epoll_item *item = az_heap_zalloc(sizeof(*item));
    if (!item)
        return -ENOMEM;
    *item = (struct epoll_item){.entry = {.woken = woken}, .epoll = epoll, .file = file, .fd = fd, .wanted = *event};
    item->wanted.events |= ALWAYS_WANTED;
    if (az_epoll_insert(epoll, item)) {
        az_heap_free(item, sizeof(*item));
        return -ENOMEM;
    }
    az_wait_entry_add(&file->queue, &item->entry);
    add_if_ready(item);
    return 0;
}

static int modify(struct epoll_item *item, const struct epoll_event *event)
{
    if (!item)
        return -ENOENT;
    if ((item->wanted.events | event->events) & EPOLLEXCLUSIVE)
        return -EINVAL;
    item->wanted = *event;
    item->wanted.events |= ALWAYS_WANTED;
    add_if_ready(item);
    return 0;
}

static int control(struct epoll *epoll, int operation, int fd, struct az_file *file, const struct epoll_event *event)
{
    if (!file->ops->poll)
        return -EPERM;
    if (!epoll || file == &epoll->file)
        return -EINVAL;
    struct epoll_item *item = az_epoll_find(epoll, fd, file);
    switch (operation) {
    case EPOLL_CTL_ADD:
        return add(epoll, fd, file, event);
    case EPOLL_CTL_MOD:
        return modify(item, event);
    case EPOLL_CTL_DEL:
        if (!item)
            return -ENOENT;
        az_epoll_remove(item);
        return 0;
    default:
        return -EINVAL;
    }
}

long az_sys_epoll_ctl(int fd, int operation, int target_fd, struct epoll_event *event)
{
    struct epoll_event wanted = {0};
    struct az_file *file, *target;
    if (operation != EPOLL_CTL_DEL && az_user_get(&wanted, event))
        return -EFAULT;
    if (az_fd_get(fd, &file))
        return -EBADF;
    long result = -EBADF;
    if (az_fd_get(target_fd, &target) == 0) {
        result = control(epoll_of(file), operation, target_fd, target, &wanted);
        az_file_unref(target);
    }
    az_file_unref(file);
    return result;
}

/* -- epoll_wait ------------------------------------------------------------------------------------------ */

static long wait_for_events(struct epoll *epoll, struct epoll_event *user, int max, az_time deadline)
{
    (void)az_poll();
    for (;;) {
        uint32_t ticket = az_wait_ticket(&epoll->file.queue);
        long stored = az_epoll_collect(epoll, user, max);
        if (stored != 0)
            return stored;
        int error = az_wait_for_app(&epoll->file.queue, ticket, deadline);
        if (error == -ETIMEDOUT)
            return az_epoll_collect(epoll, user, max);
        if (error)
            return -EINTR;
    }
}

static long wait_until(int fd, struct epoll_event *events, int count, az_time deadline)
{
    struct az_file *file;
    if (count <= 0 || count > EVENTS_MAX)
        return -EINVAL;
    if (az_fd_get(fd, &file))
        return -EBADF;
    struct epoll *epoll = epoll_of(file);
    long result = epoll ? wait_for_events(epoll, events, count, deadline) : -EINVAL;
    az_file_unref(file);
    return result;
}

static az_time after_ms(int timeout_ms)
{
    return timeout_ms < 0 ? AZ_TIME_NEVER : az_deadline_after(AZ_MS(timeout_ms));
}

long az_sys_epoll_wait(int fd, struct epoll_event *events, int count, int timeout_ms)
{
    long result = wait_until(fd, events, count, after_ms(timeout_ms));
    (void)az_signal_return(&result);
    return result;
}

static long wait_masked(int fd, struct epoll_event *events, int count, az_time deadline, const uint64_t *mask,
                        size_t mask_size)
{
    long result = az_signal_mask_for_wait(mask, mask_size);
    if (result)
        return result;
    result = wait_until(fd, events, count, deadline);
    (void)az_signal_return(&result);
    return result;
}

long az_sys_epoll_pwait(int fd, struct epoll_event *events, int count, int timeout_ms, const uint64_t *mask,
                        size_t mask_size)
{
    return wait_masked(fd, events, count, after_ms(timeout_ms), mask, mask_size);
}

long az_sys_epoll_pwait2(int fd, struct epoll_event *events, int count, const struct timespec *timeout,
                         const uint64_t *mask, size_t mask_size)
{
    az_time deadline;
    int error = az_deadline_read(&deadline, timeout);
    return error ? error : wait_masked(fd, events, count, deadline, mask, mask_size);
}
