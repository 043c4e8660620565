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

static int enqueue(int number, const struct signal_origin *origin)
{
    if (az_signals.queued_count >= QUEUED_MAX)
        return -EAGAIN;
    struct signal_queued *queued = az_heap_alloc(sizeof(*queued));
    if (!queued)
        return -EAGAIN;
    *queued = (struct signal_queued){.number = number, .origin = *origin};
    *az_signals.queued_last = queued;
    az_signals.queued_last = &queued->next;
    az_signals.queued_count++;
    return 0;
}

int az_signal_post(int number, const struct signal_origin *origin)
{
    const uint64_t bit = signal_bit(number);
    const uint64_t blocked = az_signals.mask | (az_signals.mask_replaced ? az_signals.mask_before : 0);
    if (az_signal_ignored(number) && !(blocked & bit))
        return 0;
    if (number >= SIGNAL_REALTIME_MIN) {
        int error = enqueue(number, origin);
        if (error)
            return error;
    } else if (!(az_signals.pending & bit)) {
        az_signals.origins[number] = *origin;
    }
    az_signals.pending |= bit;
    az_wake(&az_signals.arrived, 0);
    return 0;
}

/* Takes the oldest queued one of a number, and says whether there are more. */
static bool dequeue(int number, struct signal_origin *out)
{
    struct signal_queued **at = &az_signals.queued;
    while ((*at)->number != number)
        at = &(*at)->next;
    struct signal_queued *queued = *at;
    *out = queued->origin;
    *at = queued->next;
    if (!*at)
        az_signals.queued_last = at;
    az_heap_free(queued, sizeof(*queued));
    az_signals.queued_count--;
    for (queued = az_signals.queued; queued; queued = queued->next)
        if (queued->number == number)
            return true;
    return false;
}

int az_signal_take(uint64_t set, struct signal_origin *out)
{
    const uint64_t ready = az_signals.pending & set;
    if (!ready)
        return 0;
    const int number = __builtin_ctzll(ready) + 1;
    bool more = false;
    if (number >= SIGNAL_REALTIME_MIN)
        more = dequeue(number, out);
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
