/* What an app owns as a whole: descriptors, directory, signals. One today; a pointer, so that it need not stay one. */
#ifndef AZ_PROCESS_H
#define AZ_PROCESS_H

#include <az/file.h>

struct az_fd_entry {
    struct az_file *file; /* NULL: free */
    uint32_t flags;       /* FD_CLOEXEC */
};

struct az_process {
    struct az_fd_entry *fds; /* grows by doubling, the first ones static */
    uint32_t fd_slots;
    uint32_t fd_free; /* no free slot below this one */
    uint32_t fd_max;  /* RLIMIT_NOFILE, 1,048,576 */
    uint32_t umask;
};

/* The process of the caller. */
struct az_process *az_process_current(void);

/* The file behind `fd`, with a reference for the caller to give back. Errors: -EBADF. */
AZ_MUST_USE int az_fd_get(int fd, struct az_file **out);
/*
 * Puts `file` (its reference passes to the table) at the lowest free descriptor >= `lowest`; returns the descriptor.
 * Errors: -EMFILE, -ENOMEM; the reference stays the caller's.
 */
AZ_MUST_USE int az_fd_add(struct az_file *file, int lowest, uint32_t fd_flags);

/*
 * True when a system call that waits should give up because a signal is to be delivered; -EINTR or -ERESTART by its action.
 * Weak default: 0. Provided by posix/signal.
 */
int az_signal_pending(void);
/* Sends a signal to the app (SIGPIPE from a socket, SIGINT from the console). Weak default: fatal ones end the image. */
void az_signal_send(int signal);

#endif
