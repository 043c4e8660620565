/* What the process knows of signals. */
#ifndef AZ_SIGNAL_STATE_H
#define AZ_SIGNAL_STATE_H

#include <signal.h>

#include <az/process.h>
#include <az/thread.h>

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
    int thread; /* whom it was sent to by id; 0: the process */
    struct signal_origin origin;
};

struct signal_state {
    struct az_thread_signals only; /* the thread's, where there is but one */
    uint64_t pending;              /* sent to the process */
    uint32_t queued_count;
    struct signal_queued *queued, **queued_last; /* real-time signals and those sent to a thread, oldest first */
    struct k_sigaction actions[SIGNAL_MAX + 1];
    struct signal_origin origins[SIGNAL_REALTIME_MIN]; /* of the pending others */
    struct az_wait_queue arrived;
};

extern struct signal_state az_signals;

/* What the calling thread has of its own. */
AZ_ALWAYS_INLINE struct az_thread_signals *signals_own(void)
{
    return AZ_ON(HAVE_THREADS) ? &az_thread_current()->signals : &az_signals.only;
}

/* What is on its way to the calling thread. */
AZ_ALWAYS_INLINE uint64_t signals_pending(void)
{
    return az_signals.pending | (AZ_ON(HAVE_THREADS) ? signals_own()->pending : 0);
}

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
/* The same for a thread alone. */
AZ_MUST_USE int az_signal_post_to(struct az_thread *thread, int number, const struct signal_origin *origin);
/* Queues a signal for a thread by id (0: the process). Errors: -EAGAIN. */
AZ_MUST_USE int az_signal_enqueue(int number, int thread, const struct signal_origin *origin);
/* Takes the oldest queued one of a number and a thread, and says whether there are more. */
bool az_signal_dequeue(int number, int thread, struct signal_origin *out);
/* Has a thread that does not block the process's signal `number` look for it. */
void az_signal_find_taker(int number);
/* Takes the first signal of `set` that is pending for the caller and stores where it came from; 0 when there is none. */
int az_signal_take(uint64_t set, struct signal_origin *out);
/* Forgets a pending signal. */
void az_signal_discard(int number);
/* siginfo_t of a signal taken. */
siginfo_t az_signal_info(int number, const struct signal_origin *origin);

#endif
