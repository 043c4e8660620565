/*
 * Waiting: run what there is, other threads among it, and halt only when there is nothing. The interrupts of the sources are armed
 * with the processor's interrupts off, and `sti; hlt` turns those on and sleeps in one step, so whatever happens in between wakes
 * the halt instead of being lost.
 */
#include <errno.h>

#include <az/arch.h>
#include <az/clock.h>
#include <az/process.h>
#include <az/thread.h>

#include "timer.h"

#define POLL_PERIOD AZ_MS(1) /* of sources without an interrupt */

static struct az_poll_source *sources, **sources_end = &sources;
static bool polling;
static az_time slept; /* in all */

AZ_WEAK int az_signal_pending(void)
{
    return 0;
}

/* -- Queues -------------------------------------------------------------------------------------------- */

void az_wait_entry_add(struct az_wait_queue *queue, struct az_wait_entry *entry)
{
    struct az_wait_entry **end = &queue->entries;
    while (*end)
        end = &(*end)->next;
    entry->next = NULL;
    entry->link = end;
    *end = entry;
}

void az_wait_entry_remove(struct az_wait_entry *entry)
{
    if (!entry->link)
        return;
    *entry->link = entry->next;
    if (entry->next)
        entry->next->link = entry->link;
    entry->link = NULL;
    entry->next = NULL;
}

void az_wake(struct az_wait_queue *queue, uint32_t events)
{
    queue->wakes++;
    struct az_wait_entry *next;
    for (struct az_wait_entry *entry = queue->entries; entry; entry = next) {
        next = entry->next;
        entry->woken(entry, events);
    }
}

/* -- Polling ------------------------------------------------------------------------------------------- */

void az_poll_source_register(struct az_poll_source *source)
{
    source->next = NULL;
    *sources_end = source;
    sources_end = &source->next;
}

bool az_poll(void)
{
    if (polling)
        return false;
    polling = true;
    bool done = false;
    for (struct az_poll_source *source = sources; source; source = source->next)
        done |= source->poll(source->arg);
    if (az_timers_next() != AZ_TIME_NEVER)
        done |= az_timers_run(az_clock_now());
    polling = false;
    return done;
}

/* -- Sleeping ------------------------------------------------------------------------------------------ */

/* Disarms the sources before `end`. */
static void disarm(const struct az_poll_source *end)
{
    for (struct az_poll_source *source = sources; source != end; source = source->next)
        if (source->arm)
            source->arm(source->arg, false);
}

/* Halts until an interrupt, which one clock event makes sure of when there is a deadline. */
static void halt_until(az_time deadline, az_time now)
{
    if (deadline == AZ_TIME_NEVER) {
        az_cpu_sleep();
        return;
    }
    struct az_clock_event *event = az_clock_event_best();
    if (deadline <= now || !event) {
        az_cpu_relax();
        return;
    }
    event->set(deadline - now);
    az_cpu_sleep();
    event->cancel();
}

/*
 * Sleeps until an interrupt, at the latest at `deadline` or the next timer. Returns at once when a source has something.
 * Errors: -EDEADLK.
 */
static int sleep_until(az_time deadline)
{
    deadline = AZ_MIN(deadline, az_timers_next());
    if (!sources && deadline == AZ_TIME_NEVER)
        return -EDEADLK;

    bool must_poll = false;
    for (struct az_poll_source *source = sources; source; source = source->next) {
        if (!source->arm) {
            must_poll = true;
        } else if (!source->arm(source->arg, true)) {
            disarm(source->next);
            return 0;
        }
    }

    az_time start = az_clock_now();
    if (must_poll)
        deadline = AZ_MIN(deadline, start + POLL_PERIOD);
    halt_until(deadline, start);
    slept += az_clock_now() - start;
    disarm(NULL);
    return 0;
}

az_time az_clock_busy(void)
{
    return az_clock_now() - slept;
}

int az_wait(struct az_wait_queue *queue, uint32_t ticket, az_time deadline, unsigned flags)
{
    AZ_ASSERT(!polling);
    for (;;) {
        bool done = az_poll();
        if (az_wait_ticket(queue) != ticket)
            return 0;
        if (flags & AZ_WAIT_SIGNALS) {
            int error = az_signal_pending();
            if (error)
                return error;
        }
        if (deadline != AZ_TIME_NEVER && az_clock_now() >= deadline)
            return -ETIMEDOUT;
        if (AZ_ON(HAVE_THREADS) && az_thread_suspend(queue, deadline, flags))
            continue;
        if (done)
            continue;
        int error = sleep_until(deadline);
        if (error)
            return error;
    }
}
