/* What to do with signals: actions, the mask, the alternate stack. */
#include <az/self.h>

#include <errno.h>

#include <az/user.h>

#include "state.h"

long az_sys_rt_sigaction(int sig, const struct k_sigaction *act, struct k_sigaction *old, size_t set_size)
{
    struct k_sigaction wanted;
    if (set_size != SIGNAL_SET_BYTES || sig < 1 || sig > SIGNAL_MAX)
        return -EINVAL;
    if (act && az_user_get(&wanted, act))
        return -EFAULT;
    if (act && (signal_bit(sig) & SIGNAL_UNMASKABLE))
        return -EINVAL;
    const struct k_sigaction before = az_signals.actions[sig];
    if (act) {
        az_signals.actions[sig] = wanted;
        if (az_signal_ignored(sig))
            az_signal_discard(sig);
    }
    return old ? az_user_put(old, &before) : 0;
}

long az_sys_rt_sigprocmask(int how, const uint64_t *set, uint64_t *old, size_t set_size)
{
    struct az_thread_signals *const own = signals_own();
    const uint64_t before = own->mask;
    uint64_t wanted;
    if (set_size != SIGNAL_SET_BYTES)
        return -EINVAL;
    if (set) {
        if (az_user_get(&wanted, set))
            return -EFAULT;
        if (how < SIG_BLOCK || how > SIG_SETMASK)
            return -EINVAL;
        wanted = how == SIG_BLOCK ? before | wanted : how == SIG_UNBLOCK ? before & ~wanted : wanted;
        own->mask = wanted & ~SIGNAL_UNMASKABLE;
    }
    if (old && az_user_put(old, &before))
        return -EFAULT;
    long result = 0;
    (void)az_signal_return(&result);
    return result;
}

long az_sys_rt_sigpending(uint64_t *set, size_t set_size)
{
    const uint64_t blocked = signals_pending() & signals_own()->mask;
    if (set_size > SIGNAL_SET_BYTES)
        return -EINVAL;
    return az_user_copy_out(set, &blocked, set_size);
}

static bool is_on(const stack_t *stack)
{
    return (uintptr_t)__builtin_frame_address(0) - (uintptr_t)stack->ss_sp < stack->ss_size;
}

long az_sys_sigaltstack(const struct sigaltstack *stack, struct sigaltstack *old)
{
    stack_t *const current = &signals_own()->alternate;
    stack_t before = *current;
    before.ss_flags = before.ss_size == 0 ? SS_DISABLE : is_on(current) ? SS_ONSTACK : 0;
    if (stack) {
        stack_t wanted;
        if (az_user_get(&wanted, stack))
            return -EFAULT;
        if (is_on(current))
            return -EPERM;
        if (wanted.ss_flags != 0 && wanted.ss_flags != SS_DISABLE && wanted.ss_flags != SS_ONSTACK)
            return -EINVAL;
        if (wanted.ss_flags == SS_DISABLE)
            wanted = (stack_t){0};
        else if (wanted.ss_size < (size_t)MINSIGSTKSZ)
            return -ENOMEM;
        wanted.ss_flags = 0;
        *current = wanted;
    }
    return old ? az_user_copy_out(old, &before, sizeof(before)) : 0;
}
