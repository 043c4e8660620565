/* Waiting for any of several files: what poll and select share. */
#ifndef AZ_POLL_WATCH_H
#define AZ_POLL_WATCH_H

#include <az/process.h>

struct az_watch_set;

struct az_watch {
    struct az_wait_entry entry;
    struct az_watch_set *set;
    struct az_file *file; /* referenced; NULL: not watched */
    uint32_t wanted;      /* poll(2) bits; POLLERR and POLLHUP count always */
    uint32_t ready;       /* those that hold, after az_watch_wait() */
};

struct az_watch_set {
    struct az_wait_queue queue;
    struct az_watch *watches;
    size_t count;
};

/* Gets the file behind `fd` into `watch`. Errors: -EBADF; the watch is then not watched. */
AZ_MUST_USE int az_watch_open(struct az_watch *watch, int fd, uint32_t wanted);
/* Gives the files of all watches up. */
void az_watch_close(struct az_watch_set *set);

/*
 * Fills in `ready` of every watch. Waits until one is not 0, until `deadline`, or for a signal; asks only once when `at_once`
 * (something else is ready already). Returns how many are ready. Errors: -EINTR.
 */
AZ_MUST_USE long az_watch_wait(struct az_watch_set *set, az_time deadline, bool at_once);

#endif
