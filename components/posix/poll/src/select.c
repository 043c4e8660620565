/* select(2) and pselect(2): sets of descriptors as bits, turned into a list to watch and back. */
#include <az/self.h>

#include <errno.h>
#include <poll.h>
#include <sys/select.h>

#include <az/heap.h>
#include <az/process.h>
#include <az/user.h>

#include "timeout.h"
#include "watch.h"

#define WORD_BITS (8 * sizeof(unsigned long))
#define KINDS 3
#define TABLE_MIN ((size_t)64)

/* What makes a descriptor readable, writable, exceptional: as Linux counts them. */
static const uint32_t bits_of_kind[KINDS] = {
    POLLRDNORM | POLLRDBAND | POLLIN | POLLHUP | POLLERR,
    POLLWRBAND | POLLWRNORM | POLLOUT | POLLERR,
    POLLPRI,
};

struct selection {
    size_t words;              /* of each set */
    unsigned long *sets[KINDS];/* kernel copies, one after the other; results replace them */
    void *user[KINDS];
    struct az_watch_set watch;
    int *fds;                  /* of each watch */
};

static bool has(const unsigned long *set, size_t fd)
{
    return set[fd / WORD_BITS] >> fd % WORD_BITS & 1;
}

static size_t set_bytes(const struct selection *selection)
{
    return selection->words * sizeof(unsigned long);
}

static int copy_sets_in(struct selection *selection)
{
    for (int kind = 0; kind < KINDS; kind++)
        if (selection->user[kind] &&
            az_user_copy_in(selection->sets[kind], selection->user[kind], set_bytes(selection)))
            return -EFAULT;
    return 0;
}

static uint32_t wanted_of(const struct selection *selection, size_t fd)
{
    uint32_t wanted = 0;
    for (int kind = 0; kind < KINDS; kind++)
        wanted |= has(selection->sets[kind], fd) ? bits_of_kind[kind] : 0;
    return wanted;
}

static int open_all(struct selection *selection, size_t limit)
{
    for (size_t fd = 0; fd < limit; fd++) {
        uint32_t wanted = wanted_of(selection, fd);
        if (wanted == 0)
            continue;
        struct az_watch *watch = &selection->watch.watches[selection->watch.count];
        if (az_watch_open(watch, (int)fd, wanted))
            return -EBADF;
        selection->fds[selection->watch.count++] = (int)fd;
    }
    return 0;
}

/* Turns what is ready back into sets; returns how many bits they have. */
static long results(struct selection *selection)
{
    long bits = 0;
    for (size_t i = 0; i < selection->watch.count; i++) {
        const size_t fd = (size_t)selection->fds[i];
        for (int kind = 0; kind < KINDS; kind++) {
            if (!has(selection->sets[kind], fd))
                continue;
            if (selection->watch.watches[i].ready & bits_of_kind[kind])
                bits++;
            else
                selection->sets[kind][fd / WORD_BITS] &= ~(1ul << fd % WORD_BITS);
        }
    }
    return bits;
}

static int copy_sets_out(const struct selection *selection)
{
    for (int kind = 0; kind < KINDS; kind++)
        if (selection->user[kind] &&
            az_user_copy_out(selection->user[kind], selection->sets[kind], set_bytes(selection)))
            return -EFAULT;
    return 0;
}

static long select_files(struct selection *selection, size_t limit, az_time deadline)
{
    long result = copy_sets_in(selection);
    if (!result)
        result = open_all(selection, limit);
    if (!result)
        result = az_watch_wait(&selection->watch, deadline, false);
    if (result >= 0) {
        result = results(selection);
        if (copy_sets_out(selection))
            result = -EFAULT;
    }
    az_watch_close(&selection->watch);
    return result;
}

/* How many descriptors of the sets are looked at: Linux stops at the end of its table, which has 64 entries at least. */
static size_t descriptors_seen(int nfds)
{
    return AZ_MIN((size_t)nfds, AZ_MAX((size_t)az_process_current()->fd_slots, TABLE_MIN));
}

static long select_until(int nfds, void *const user[KINDS], az_time deadline)
{
    if (nfds < 0)
        return -EINVAL;
    const size_t limit = descriptors_seen(nfds);
    const size_t words = (limit + WORD_BITS - 1) / WORD_BITS;
    const size_t bytes = KINDS * words * sizeof(unsigned long) + limit * (sizeof(struct az_watch) + sizeof(int));
    struct selection selection = {.words = words, .user = {user[0], user[1], user[2]}};
    char *memory = az_heap_zalloc(AZ_MAX(bytes, 1u));
    if (!memory)
        return -ENOMEM;
    selection.watch.watches = (struct az_watch *)(void *)memory;
    char *at = memory + limit * sizeof(struct az_watch);
    for (int kind = 0; kind < KINDS; kind++, at += words * sizeof(unsigned long))
        selection.sets[kind] = (unsigned long *)(void *)at;
    selection.fds = (int *)(void *)at;
    long result = select_files(&selection, limit, deadline);
    az_heap_free(memory, AZ_MAX(bytes, 1u));
    return result;
}

long az_sys_select(int nfds, void *readable, void *writable, void *exceptional, struct timeval *timeout)
{
    az_time deadline;
    long result = az_timeout_read_timeval(&deadline, timeout);
    if (result)
        return result;
    result = select_until(nfds, (void *const[KINDS]){readable, writable, exceptional}, deadline);
    az_timeout_left_timeval(timeout, deadline);
    (void)az_signal_return(&result);
    return result;
}

/* `mask` points to a pointer to the signal mask and its size. */
static long apply_mask(const void *mask)
{
    struct {
        const uint64_t *set;
        size_t bytes;
    } given;
    if (!mask)
        return 0;
    if (az_user_copy_in(&given, mask, sizeof(given)))
        return -EFAULT;
    return az_signal_mask_for_wait(given.set, given.bytes);
}

long az_sys_pselect6(int nfds, void *readable, void *writable, void *exceptional, struct timespec *timeout,
                     const void *mask)
{
    az_time deadline;
    long result = az_deadline_read(&deadline, timeout);
    if (!result)
        result = apply_mask(mask);
    if (result)
        return result;
    result = select_until(nfds, (void *const[KINDS]){readable, writable, exceptional}, deadline);
    az_timeout_left_timespec(timeout, deadline);
    (void)az_signal_return(&result);
    return result;
}
