/* Signals on their way: made pending, taken, forgotten. */
#include "state.h"

#include <errno.h>
#include <string.h>

#include <az/heap.h>

struct signal_state az_signals = {.queued_last = &az_signals.queued};

bool az_signal_ignored(int number)
{
    void (*handler)(int) = az_signals.actions[number].handler;
    if (handler != SIG_DFL)
        return handler == SIG_IGN;
    switch (number) {
    case SIGCHLD:
    case SIGCONT:
    case SIGURG:
    case SIGWINCH:
    case SIGSTOP:
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU:
        return true;
    default:
        return false;
    }
}

AZ_ALWAYS_INLINE int enqueue(int number, int thread, const struct signal_origin *origin)
{
    if (az_signals.queued_count >= QUEUED_MAX)
        return -EAGAIN;
    struct signal_queued *queued = az_heap_alloc(sizeof(*queued));
    if (!queued)
        return -EAGAIN;
    *queued = (struct signal_queued){.number = number, .thread = thread, .origin = *origin};
    *az_signals.queued_last = queued;
    az_signals.queued_last = &queued->next;
    az_signals.queued_count++;
    return 0;
}

int az_signal_enqueue(int number, int thread, const struct signal_origin *origin)
{
    return enqueue(number, thread, origin);
}

int az_signal_post(int number, const struct signal_origin *origin)
{
    const uint64_t bit = signal_bit(number);
    const struct az_thread_signals *const own = signals_own();
    const uint64_t blocked = own->mask | (own->mask_replaced ? own->mask_before : 0);
    if (az_signal_ignored(number) && !(blocked & bit))
        return 0;
    if (number >= SIGNAL_REALTIME_MIN) {
        int error = enqueue(number, 0, origin);
        if (error)
            return error;
    } else if (!(az_signals.pending & bit)) {
        az_signals.origins[number] = *origin;
    }
    az_signals.pending |= bit;
    az_wake(&az_signals.arrived, 0);
    if (AZ_ON(HAVE_THREADS))
        az_signal_find_taker(number);
    return 0;
}

static bool is_for(const struct signal_queued *queued, int number, int thread)
{
    return queued->number == number && (!AZ_ON(HAVE_THREADS) || queued->thread == thread);
}

AZ_ALWAYS_INLINE bool dequeue(int number, int thread, struct signal_origin *out)
{
    struct signal_queued **at = &az_signals.queued;
    while (!is_for(*at, number, thread))
        at = &(*at)->next;
    struct signal_queued *queued = *at;
    *out = queued->origin;
    *at = queued->next;
    if (!*at)
        az_signals.queued_last = at;
    az_heap_free(queued, sizeof(*queued));
    az_signals.queued_count--;
    for (queued = az_signals.queued; queued; queued = queued->next)
        if (is_for(queued, number, thread))
            return true;
    return false;
}

bool az_signal_dequeue(int number, int thread, struct signal_origin *out)
{
    return dequeue(number, thread, out);
}

int az_signal_take(uint64_t set, struct signal_origin *out)
{
    const uint64_t ready = signals_pending() & set;
    if (!ready)
        return 0;
    const int number = __builtin_ctzll(ready) + 1;
    if (AZ_ON(HAVE_THREADS) && (signals_own()->pending & signal_bit(number))) {
        if (!az_signal_dequeue(number, az_thread_current()->id, out))
            signals_own()->pending &= ~signal_bit(number);
        return number;
    }
    bool more = false;
    if (number >= SIGNAL_REALTIME_MIN)
        more = dequeue(number, 0, out);
    else
        *out = az_signals.origins[number];
    if (!more)
        az_signals.pending &= ~signal_bit(number);
    return number;
}

void az_signal_discard(int number)
{
    struct signal_origin origin;
    while (az_signal_take(signal_bit(number), &origin))
        ;
}

siginfo_t az_signal_info(int number, const struct signal_origin *origin)
{
    siginfo_t info;
    memset(&info, 0, sizeof(info));
    info.si_signo = number;
    info.si_code = origin->code;
    info.si_pid = origin->pid;
    info.si_uid = origin->uid;
    info.si_value = origin->value;
    return info;
}
