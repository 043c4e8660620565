/*
 * Delivery, at the end of a system call. Handlers are plain calls; everything that a siglongjmp out of one must not upset is
 * in locals here or set before the call.
 */
#include <az/process.h>

#include <errno.h>
#include <string.h>
#include <ucontext.h>

#include <az/init.h>
#include <az/user.h>

#include "call.h"
#include "state.h"

int az_signal_pending(void)
{
    uint64_t ready;
    while ((ready = az_signals.pending & ~az_signals.mask)) {
        const int number = __builtin_ctzll(ready) + 1;
        if (!az_signal_ignored(number))
            return -ERESTART;
        az_signal_discard(number);
    }
    return 0;
}

int az_signal_mask_for_wait(const uint64_t *user_mask, size_t bytes)
{
    uint64_t mask;
    if (!user_mask)
        return 0;
    if (bytes != sizeof(mask))
        return -EINVAL;
    if (az_user_get(&mask, user_mask))
        return -EFAULT;
    az_signals.mask_before = az_signals.mask;
    az_signals.mask_replaced = true;
    az_signals.mask = mask & ~SIGNAL_UNMASKABLE;
    return 0;
}

static uint64_t mask_of(const struct k_sigaction *action)
{
    return (uint64_t)action->mask[1] << 32 | action->mask[0];
}

struct handler_call {
    const struct k_sigaction *action;
    int number;
    siginfo_t info;
    ucontext_t context;
};

static void call_handler(void *arg)
{
    struct handler_call *call = arg;
    if (call->action->flags & SA_SIGINFO)
        ((void (*)(int, siginfo_t *, void *))(uintptr_t)call->action->handler)(call->number, &call->info,
                                                                               &call->context);
    else
        call->action->handler(call->number);
}

static bool on_alternate_stack(void)
{
    const uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    return here - (uintptr_t)az_signals.alternate.ss_sp < az_signals.alternate.ss_size;
}

/* Runs the handler with the mask it asks for; `after` is the mask the app will see in its context. */
static void handle(int number, const struct signal_origin *origin, uint64_t after)
{
    const struct k_sigaction action = az_signals.actions[number];
    struct handler_call call = {.action = &action, .number = number, .info = az_signal_info(number, origin)};
    memset(&call.context, 0, sizeof(call.context));
    memcpy(&call.context.uc_sigmask, &after, sizeof(after));
    call.context.uc_stack = az_signals.alternate;
    if (action.flags & SA_RESETHAND)
        az_signals.actions[number].handler = SIG_DFL;
    az_signals.mask |= mask_of(&action);
    if (!(action.flags & SA_NODEFER))
        az_signals.mask |= signal_bit(number);
    az_signals.mask &= ~SIGNAL_UNMASKABLE;
    if ((action.flags & SA_ONSTACK) && az_signals.alternate.ss_size && !on_alternate_stack())
        az_call_on_stack((char *)az_signals.alternate.ss_sp + az_signals.alternate.ss_size, call_handler, &call);
    else
        call_handler(&call);
}

bool az_signal_return(long *result)
{
    const uint64_t during = az_signals.mask;
    const uint64_t after = az_signals.mask_replaced ? az_signals.mask_before : during;
    struct signal_origin origin;
    int number;
    while (az_signal_pending() && (number = az_signal_take(~az_signals.mask, &origin))) {
        const struct k_sigaction *action = &az_signals.actions[number];
        if (action->handler == SIG_DFL)
            az_exit(128 + number);
        if (*result == -ERESTART && !(action->flags & SA_RESTART))
            *result = -EINTR;
        az_signals.mask_replaced = false;
        handle(number, &origin, after);
        az_signals.mask = during;
    }
    az_signals.mask = after;
    az_signals.mask_replaced = false;
    return *result == -ERESTART;
}
