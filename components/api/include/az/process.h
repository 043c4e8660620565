/* What an app owns as a whole: descriptors, directory, signals. One today; a pointer, so that it need not stay one. */
#ifndef AZ_PROCESS_H
#define AZ_PROCESS_H

#include <az/file.h>

/* What an app starts with at descriptors 0, 1 and 2. Provided by posix/stdio. */
extern struct az_file az_stdin, az_stdout, az_stderr;
/* Whether they are a terminal: the runner said az.tty=1. Context: thread. */
bool az_stdio_is_terminal(void);

struct az_fd_entry {
    struct az_file *file; /* NULL: free */
    uint32_t flags;       /* FD_CLOEXEC */
};

struct az_process {
    struct az_fd_entry *fds; /* grows by doubling, the first ones static */
    uint32_t *fd_used;       /* a bit per slot */
    uint32_t fd_slots;
    uint32_t fd_free;  /* no free slot below this one */
    uint32_t fd_limit; /* RLIMIT_NOFILE: descriptors are below it */
    uint32_t umask;
    const char *hostname; /* the app's name until sethostname; at most 64 bytes */
};

/* The process's id, its thread's, its group's and its session's. */
#define AZ_PROCESS_ID 1

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
 * -ERESTART when a system call that waits should give up because a signal is to be delivered, else 0. A call that Linux never
 * restarts (poll, sleep, a wait with a limit of its own) turns it into -EINTR. Weak default: 0. Provided by posix/signal.
 */
int az_signal_pending(void);
/* Closes a descriptor, giving up the table's reference; one that is not open is fine. */
void az_fd_remove(int fd);

/* The moment `length` from now; AZ_TIME_NEVER when that is out of range. Provided by posix/files. */
az_time az_deadline_after(az_time length);
/* The same for a limit of the app's; NULL: none. Errors: -EFAULT, -EINVAL. */
struct timespec;
AZ_MUST_USE int az_deadline_read(az_time *out, const struct timespec *user_length);

/*
 * az_wait() on behalf of the app: signals end it with -EINTR or -ERESTART, and a wait that nothing on this machine can ever end
 * is a panic that says so, where Linux would hang. Provided by posix/files.
 */
AZ_MUST_USE int az_wait_for_app(struct az_wait_queue *queue, uint32_t ticket, az_time deadline);
/*
 * Sends a signal to the app (SIGPIPE from a socket, SIGINT from the console). It is delivered when the system call at hand is
 * done. Weak default: those whose default action is to end a process end the image, the others do nothing. Context: thread.
 */
void az_signal_send(int signal);
/*
 * The end of a system call that may have waited or sent a signal: delivers what is pending. -ERESTART in `*result` becomes
 * -EINTR, unless every handler was installed with SA_RESTART: then true, and the call is to be done again. Weak default: false.
 */
bool az_signal_return(long *result);

/*
 * Replaces the signal mask for the rest of the system call, which must end with az_signal_return(): that puts the old one back.
 * `user_mask` NULL changes nothing. Weak default: checks the arguments. Errors: -EINVAL for a bad size, -EFAULT.
 */
AZ_MUST_USE int az_signal_mask_for_wait(const uint64_t *user_mask, size_t bytes);

/* The value of `expression`, a system call's work, done again as signals demand. */
#define AZ_RESTARTABLE(expression)                                                                 \
    ({                                                                                             \
        long az_result;                                                                            \
        do                                                                                         \
            az_result = (expression);                                                              \
        while (AZ_UNLIKELY(az_signal_return(&az_result)));                                         \
        az_result;                                                                                 \
    })

#endif
