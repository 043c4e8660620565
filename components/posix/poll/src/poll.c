/* poll(2) and ppoll(2). */
#include <az/self.h>

#include <errno.h>
#include <poll.h>

#include <az/heap.h>
#include <az/process.h>
#include <az/user.h>

#include "timeout.h"
#include "watch.h"

#define STACK_WATCHES 16u

/* Opens what `user` asks for; bad descriptors are told as POLLNVAL at once. Returns how many those are, or -EFAULT. */
static long open_all(struct az_watch_set *set, struct pollfd *user)
{
    long invalid = 0;
    for (size_t i = 0; i < set->count; i++) {
        struct pollfd asked;
        set->watches[i] = (struct az_watch){0};
        if (az_user_get(&asked, &user[i]))
            return -EFAULT;
        if (asked.fd >= 0 && az_watch_open(&set->watches[i], asked.fd, (uint16_t)asked.events))
            invalid++;
    }
    return invalid;
}

static long write_results(const struct az_watch_set *set, struct pollfd *user)
{
    for (size_t i = 0; i < set->count; i++) {
        int fd;
        if (az_user_get(&fd, &user[i].fd))
            return -EFAULT;
        short ready = (short)set->watches[i].ready;
        if (fd >= 0 && !set->watches[i].file)
            ready = POLLNVAL;
        if (az_user_put(&user[i].revents, &ready))
            return -EFAULT;
    }
    return 0;
}

static long poll_files(struct pollfd *user, struct az_watch_set *set, az_time deadline)
{
    long invalid = open_all(set, user);
    long result = invalid;
    if (invalid >= 0)
        result = az_watch_wait(set, deadline, invalid > 0);
    if (result >= 0) {
        long error = write_results(set, user);
        result = error ? error : result + invalid;
    }
    return result;
}

static long poll_until(struct pollfd *fds, unsigned long count, az_time deadline)
{
    struct az_watch few[STACK_WATCHES];
    if (count > az_process_current()->fd_limit)
        return -EINVAL;
    struct az_watch_set set = {.watches = few, .count = count};
    if (count > STACK_WATCHES && !(set.watches = az_heap_zalloc(count * sizeof(*few))))
        return -ENOMEM;
    if (set.watches == few)
        __builtin_memset(few, 0, count * sizeof(*few));
    long result = poll_files(fds, &set, deadline);
    az_watch_close(&set);
    if (set.watches != few)
        az_heap_free(set.watches, count * sizeof(*few));
    return result;
}

long az_sys_poll(struct pollfd *fds, unsigned long count, int timeout_ms)
{
    long result = poll_until(fds, count, timeout_ms < 0 ? AZ_TIME_NEVER : az_deadline_after(AZ_MS(timeout_ms)));
    (void)az_signal_return(&result);
    return result;
}

long az_sys_ppoll(struct pollfd *fds, unsigned long count, struct timespec *timeout, const uint64_t *mask,
                  size_t mask_size)
{
    az_time deadline;
    long result = az_deadline_read(&deadline, timeout);
    if (!result)
        result = az_signal_mask_for_wait(mask, mask_size);
    if (result)
        return result;
    result = poll_until(fds, count, deadline);
    az_timeout_left_timespec(timeout, deadline);
    (void)az_signal_return(&result);
    return result;
}
