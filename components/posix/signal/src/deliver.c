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
    while ((ready = signals_pending() & ~signals_own()->mask)) {
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
    struct az_thread_signals *const own = signals_own();
    own->mask_before = own->mask;
    own->mask_replaced = true;
    own->mask = mask & ~SIGNAL_UNMASKABLE;
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
    const stack_t *const stack = &signals_own()->alternate;
    return here - (uintptr_t)stack->ss_sp < stack->ss_size;
}

/* The register of a context that a system call's result is in. */
static greg_t *result_of(ucontext_t *context)
{
#ifdef __x86_64__
    return &context->uc_mcontext.gregs[REG_RAX];
#else
    return &context->uc_mcontext.gregs[REG_EAX];
#endif
}

/*
 * Runs the handler with the mask it asks for; `after` is the mask the app will see in its context. Where there are threads, it sees the
 * call's result as well, and libc changes it to cancel one.
 */
static void handle(int number, const struct signal_origin *origin, uint64_t after, AZ_UNUSED long *result)
{
    struct az_thread_signals *const own = signals_own();
    const struct k_sigaction action = az_signals.actions[number];
    struct handler_call call = {.action = &action, .number = number, .info = az_signal_info(number, origin)};
    memset(&call.context, 0, sizeof(call.context));
    memcpy(&call.context.uc_sigmask, &after, sizeof(after));
    call.context.uc_stack = own->alternate;
    if (AZ_ON(HAVE_THREADS))
        *result_of(&call.context) = (greg_t)*result;
    if (action.flags & SA_RESETHAND)
        az_signals.actions[number].handler = SIG_DFL;
    own->mask |= mask_of(&action);
    if (!(action.flags & SA_NODEFER))
        own->mask |= signal_bit(number);
    own->mask &= ~SIGNAL_UNMASKABLE;
    if ((action.flags & SA_ONSTACK) && own->alternate.ss_size && !on_alternate_stack())
        az_call_on_stack((char *)own->alternate.ss_sp + own->alternate.ss_size, call_handler, &call);
    else
        call_handler(&call);
    if (AZ_ON(HAVE_THREADS))
        *result = (long)*result_of(&call.context);
}

bool az_signal_return(long *result)
{
    struct az_thread_signals *const own = signals_own();
    const uint64_t during = own->mask;
    const uint64_t after = own->mask_replaced ? own->mask_before : during;
    struct signal_origin origin;
    int number;
    while (az_signal_pending() && (number = az_signal_take(~own->mask, &origin))) {
        const struct k_sigaction *action = &az_signals.actions[number];
        if (action->handler == SIG_DFL)
            az_exit(128 + number);
        if (*result == -ERESTART && !(action->flags & SA_RESTART))
            *result = -EINTR;
        own->mask_replaced = false;
        handle(number, &origin, after, result);
        own->mask = during;
    }
    own->mask = after;
    own->mask_replaced = false;
    return *result == -ERESTART;
}
