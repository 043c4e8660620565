/*
 * Threads, cooperative on one processor: the one that runs goes on until it waits, yields or ends. Provided by sched/threads, which
 * is in an image whose app can create a thread; code that is in other images as well asks AZ_ON(HAVE_THREADS), so that it costs
 * nothing there.
 */
#ifndef AZ_THREAD_H
#define AZ_THREAD_H

#include <signal.h>

#include <az/wait.h>

/* posix/signal's part of a thread. */
struct az_thread_signals {
    uint64_t mask;
    uint64_t mask_before; /* mask_replaced: what az_signal_return() puts back */
    uint64_t pending;     /* sent to this thread */
    bool mask_replaced;
    stack_t alternate; /* ss_size 0: none */
};

struct az_thread {
    int id; /* AZ_PROCESS_ID is the first thread's */
    struct az_thread_signals signals;
    int *clear_at_end;       /* set_tid_address(2) */
    const void *robust_list; /* set_robust_list(2) */

    /* The scheduler's. */
    struct az_thread *next;               /* of all threads */
    struct az_thread *next_to_run;        /* while it is in the run queue */
    void *context, *thread_pointer;       /* while it does not run */
    bool waits, waits_for_signals;
    void *stack;                          /* to be unmapped when it has ended */
    size_t stack_bytes;
};

/* The thread that runs. Context: thread. */
struct az_thread *az_thread_current(void);
/* The thread with an id; NULL when there is none. */
struct az_thread *az_thread_find(int id);
/* All threads, the newest first: the one after `thread`, NULL at the end; NULL asks for the first. */
struct az_thread *az_thread_next(const struct az_thread *thread);

/*
 * Creates a thread with the thread pointer and signal mask of the caller, to run entry(arg) on the stack that ends at `stack_top` as
 * soon as the caller waits. Its id is the lowest that was never used.
 * Context: thread. Errors: -EAGAIN when there is no memory.
 */
AZ_MUST_USE int az_thread_create(void *stack_top, void (*entry)(void *), void *arg, struct az_thread **out);

/* Ends the calling thread, which is not the only one; the stack is unmapped when nobody runs on it (NULL: it is the app's). */
AZ_NORETURN void az_thread_end(void *stack, size_t stack_bytes);

/* Lets every other thread that can run do so. */
void az_thread_yield(void);

/*
 * For az_wait(): runs other threads until `queue` is woken, `deadline` has passed or, with AZ_WAIT_SIGNALS, a signal may have come.
 * False when no other thread can run: then the caller puts the machine to sleep.
 */
bool az_thread_suspend(struct az_wait_queue *queue, az_time deadline, unsigned flags);
/* Forgets the signals of a thread that ends. Provided by posix/signal. */
void az_signal_thread_ends(struct az_thread *thread);
/* Has a thread that waits with AZ_WAIT_SIGNALS look for signals. */
void az_thread_interrupt(struct az_thread *thread);

#endif
