/*
 * The one way to wait, under every blocking call. A queue counts its wake-ups, so a wake-up between the test and the wait is
 * never lost:
 *
 *     for (;;) {
 *         uint32_t ticket = az_wait_ticket(&queue);
 *         if (condition)
 *             break;
 *         int error = az_wait(&queue, ticket, deadline, AZ_WAIT_SIGNALS);
 *         if (error)
 *             return error;
 *     }
 *
 * Waiting means: run the poll sources and due timers, then other threads (az/thread.h); when nothing is left to do, arm the interrupts
 * of the sources and one clock event, and sleep. Interrupt handlers acknowledge and flag; interrupts are on only in there.
 */
#ifndef AZ_WAIT_H
#define AZ_WAIT_H

#include <az/base.h>

struct az_wait_entry;

struct az_wait_queue {
    uint32_t wakes;                /* counts az_wake() */
    struct az_wait_entry *entries; /* callbacks, for poll, epoll and threads */
};
#define AZ_WAIT_QUEUE_INIT {0, NULL}

/* Called by az_wake(queue, events), in the order added, in the context of the waker; may remove itself, must not block. */
struct az_wait_entry {
    void (*woken)(struct az_wait_entry *entry, uint32_t events);
    struct az_wait_entry *next, **link;
};
void az_wait_entry_add(struct az_wait_queue *queue, struct az_wait_entry *entry);
/* Removing an entry that is not on a queue is fine if it was zeroed or removed before. */
void az_wait_entry_remove(struct az_wait_entry *entry);

#define AZ_WAIT_SIGNALS 1u /* -EINTR (or -ERESTART when the handler says so) when a signal is to be delivered */

AZ_ALWAYS_INLINE uint32_t az_wait_ticket(const struct az_wait_queue *queue)
{
    return *(const volatile uint32_t *)&queue->wakes;
}

/*
 * Waits until `queue` has been woken since `ticket` was read, or until `deadline` (az_clock_now() scale; AZ_TIME_NEVER).
 * Polls devices at least once, even when the deadline has passed. Context: thread.
 * Errors: -ETIMEDOUT; -EINTR with AZ_WAIT_SIGNALS; -EDEADLK when nothing on this machine can ever wake it (no source, no
 * timer, no deadline): the caller panics or reports.
 */
AZ_MUST_USE int az_wait(struct az_wait_queue *queue, uint32_t ticket, az_time deadline, unsigned flags);

/* Wakes everyone; `events` are poll(2) bits that became true. Context: thread; from irq only through a poll source. */
void az_wake(struct az_wait_queue *queue, uint32_t events);

/*
 * Handles what devices have and the timers that are due, once, without waiting: what a blocking call does first. True when
 * something was done. Inside a poll source or a timer it does nothing. Context: thread.
 */
bool az_poll(void);

/* A device that can be polled. The struct stays the registrar's. */
struct az_poll_source {
    bool (*poll)(void *arg);          /* handles what is there; true when something was */
    /* Interrupts on before sleep; false: something is there, do not sleep. NULL: it has none and is polled every 1 ms. */
    bool (*arm)(void *arg, bool on);
    void *arg;
    struct az_poll_source *next;
};
void az_poll_source_register(struct az_poll_source *source);

/* One-shot timers, run from az_poll() and az_wait() in thread context. The struct stays the caller's. */
struct az_timer {
    az_time deadline;
    void (*expired)(struct az_timer *timer);
    struct az_timer *next, *child, **link; /* the queue's */
};
/* Starts or moves it. */
void az_timer_set(struct az_timer *timer, az_time deadline);
/* Stops it; one that is not running is fine if it was zeroed or ran. */
void az_timer_cancel(struct az_timer *timer);

#endif
