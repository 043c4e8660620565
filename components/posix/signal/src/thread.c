/* Signals to one thread of several: queued with its id, even those that are pending once. */
#include "state.h"

int az_signal_post_to(struct az_thread *thread, int number, const struct signal_origin *origin)
{
    struct az_thread_signals *const own = &thread->signals;
    const uint64_t bit = signal_bit(number);
    const uint64_t blocked = own->mask | (own->mask_replaced ? own->mask_before : 0);
    if (az_signal_ignored(number) && !(blocked & bit))
        return 0;
    if (number >= SIGNAL_REALTIME_MIN || !(own->pending & bit)) {
        const int error = az_signal_enqueue(number, thread->id, origin);
        if (error)
            return error;
    }
    own->pending |= bit;
    az_wake(&az_signals.arrived, 0);
    az_thread_interrupt(thread);
    return 0;
}

void az_signal_find_taker(int number)
{
    struct az_thread *taker = NULL;
    for (struct az_thread *thread = az_thread_next(NULL); thread; thread = az_thread_next(thread))
        if (!(thread->signals.mask & signal_bit(number)))
            taker = thread; /* the oldest comes last: the first thread when it can, as on Linux */
    if (taker)
        az_thread_interrupt(taker);
}

void az_signal_thread_ends(struct az_thread *thread)
{
    struct signal_origin origin;
    while (thread->signals.pending) {
        const int number = __builtin_ctzll(thread->signals.pending) + 1;
        while (az_signal_dequeue(number, thread->id, &origin))
            ;
        thread->signals.pending &= ~signal_bit(number);
    }
}
