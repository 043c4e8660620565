/* Waiting for signals: pause, sigsuspend, sigtimedwait. */
#include <az/self.h>

#include <errno.h>

#include <az/user.h>

#include "state.h"

static long wait_for_delivery(void)
{
    uint32_t ticket = az_wait_ticket(&az_signals.arrived);
    while (!az_signal_pending()) {
        if (az_wait_for_app(&az_signals.arrived, ticket, AZ_TIME_NEVER))
            break;
        ticket = az_wait_ticket(&az_signals.arrived);
    }
    long result = -EINTR;
    (void)az_signal_return(&result);
    return result;
}

long az_sys_pause(void)
{
    return wait_for_delivery();
}

long az_sys_rt_sigsuspend(const uint64_t *set, size_t set_size)
{
    if (!set)
        return set_size == SIGNAL_SET_BYTES ? -EFAULT : -EINVAL;
    int error = az_signal_mask_for_wait(set, set_size);
    return error ? error : wait_for_delivery();
}

/* Waits for one of `set` and takes it; 0 and below: none came. */
static long wait_for_one_of(uint64_t set, az_time deadline, struct signal_origin *out)
{
    for (;;) {
        uint32_t ticket = az_wait_ticket(&az_signals.arrived);
        int number = az_signal_take(set, out);
        if (number)
            return number;
        int error = az_wait_for_app(&az_signals.arrived, ticket, deadline);
        if (error)
            return error == -ETIMEDOUT ? -EAGAIN : -EINTR;
    }
}

long az_sys_rt_sigtimedwait(const uint64_t *set, void *info, const struct timespec *timeout, size_t set_size)
{
    uint64_t wanted;
    az_time deadline;
    struct signal_origin origin;
    if (set_size != SIGNAL_SET_BYTES)
        return -EINVAL;
    if (az_user_get(&wanted, set))
        return -EFAULT;
    int error = az_deadline_read(&deadline, timeout);
    if (error)
        return error;
    /* A signal waited for is taken here even when it is not blocked. */
    struct az_thread_signals *const own = signals_own();
    const uint64_t before = own->mask;
    wanted &= ~SIGNAL_UNMASKABLE;
    own->mask |= wanted;
    long result = wait_for_one_of(wanted, deadline, &origin);
    own->mask = before;
    if (result > 0 && info) {
        const siginfo_t taken = az_signal_info((int)result, &origin);
        if (az_user_copy_out(info, &taken, sizeof(taken)))
            result = -EFAULT;
    }
    (void)az_signal_return(&result);
    return result;
}
