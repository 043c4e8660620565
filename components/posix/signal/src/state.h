/* What the process knows of signals. */
#ifndef AZ_SIGNAL_STATE_H
#define AZ_SIGNAL_STATE_H

#include <signal.h>

#include <az/process.h>

#define SIGNAL_MAX 64
#define SIGNAL_REALTIME_MIN 32
#define SIGNAL_SET_BYTES sizeof(uint64_t)
#define QUEUED_MAX 1024u

/* As rt_sigaction exchanges it, on both flavours. */
struct k_sigaction {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)(void);
    uint32_t mask[2]; /* 64 bits at the alignment of 32 */
};

/* Where a signal came from, of siginfo_t. */
struct signal_origin {
    int code;
    pid_t pid;
    uid_t uid;
    union sigval value;
};

struct signal_queued {
    struct signal_queued *next;
    int number;
    struct signal_origin origin;
};

struct signal_state {
    uint64_t pending, mask;
    uint64_t mask_before; /* mask_replaced: what az_signal_return() puts back */
    bool mask_replaced;
    uint32_t queued_count;
    struct signal_queued *queued, **queued_last; /* real-time signals, oldest first */
    struct k_sigaction actions[SIGNAL_MAX + 1];
    struct signal_origin origins[SIGNAL_REALTIME_MIN]; /* of the pending others */
    stack_t alternate;                                 /* ss_size 0: none */
    struct az_wait_queue arrived;
};

extern struct signal_state az_signals;

AZ_ALWAYS_INLINE uint64_t signal_bit(int number)
{
    return 1ull << (number - 1);
}

/* What cannot be blocked. */
#define SIGNAL_UNMASKABLE ((1ull << (SIGKILL - 1)) | (1ull << (SIGSTOP - 1)))

/* Whether delivering the signal would do nothing. */
bool az_signal_ignored(int number);
/* Makes the signal pending. Errors: -EAGAIN when too many are queued. */
AZ_MUST_USE int az_signal_post(int number, const struct signal_origin *origin);
/* Takes the first pending signal of `set` and stores where it came from; 0 when there is none. */
int az_signal_take(uint64_t set, struct signal_origin *out);
/* Forgets a pending signal. */
void az_signal_discard(int number);
/* siginfo_t of a signal taken. */
siginfo_t az_signal_info(int number, const struct signal_origin *origin);

#endif
