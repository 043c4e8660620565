/* nanosleep and clock_nanosleep: a wait that only its limit or a signal ends. */
#include <az/self.h>

#include <errno.h>

#include <az/process.h>
#include <az/user.h>

#include "clocks.h"

/* Until `deadline`; when a signal ends it and `remaining` is not NULL, tells there how much was left. */
static long sleep_until(az_time deadline, struct timespec *remaining)
{
    struct az_wait_queue never = AZ_WAIT_QUEUE_INIT;
    long result = az_wait_for_app(&never, az_wait_ticket(&never), deadline);
    if (result == -ETIMEDOUT)
        return 0;
    result = -EINTR;
    if (remaining) {
        struct timespec left = az_timespec_of(AZ_MAX(deadline - az_clock_now(), 0));
        if (az_user_put(remaining, &left))
            result = -EFAULT;
    }
    (void)az_signal_return(&result);
    return result;
}

long az_sys_clock_nanosleep(clockid_t clock, int flags, const struct timespec *request, struct timespec *remaining)
{
    struct timespec wanted;
    az_time time;
    enum clock_kind kind = az_clock_kind(clock);
    if (kind == CLOCK_KIND_NONE || clock == CLOCK_THREAD_CPUTIME_ID)
        return -EINVAL;
    if (kind == CLOCK_KIND_CPU || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_MONOTONIC_COARSE ||
        clock == CLOCK_MONOTONIC_RAW)
        return -EOPNOTSUPP;
    if (az_user_get(&wanted, request))
        return -EFAULT;
    if (az_timespec_read(&time, &wanted))
        return -EINVAL;
    if (!(flags & TIMER_ABSTIME))
        return sleep_until(az_deadline_after(time), remaining);
    return sleep_until(az_deadline_after(AZ_MAX(time - az_clock_read(kind), 0)), NULL);
}

long az_sys_nanosleep(const struct timespec *duration, struct timespec *remaining)
{
    return az_sys_clock_nanosleep(CLOCK_MONOTONIC, 0, duration, remaining);
}
