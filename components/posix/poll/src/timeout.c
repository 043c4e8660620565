#include "timeout.h"

#include <errno.h>
#include <sys/time.h>
#include <time.h>

#include <az/clock.h>
#include <az/process.h>
#include <az/user.h>

#define NS_PER_S 1000000000
#define US_PER_S 1000000

int az_timeout_read_timeval(az_time *out_deadline, const struct timeval *user)
{
    struct timeval limit;
    *out_deadline = AZ_TIME_NEVER;
    if (!user)
        return 0;
    if (az_user_get(&limit, user))
        return -EFAULT;
    if (limit.tv_sec < 0 || limit.tv_usec < 0)
        return -EINVAL;
    /* More than a second in microseconds is carried over, as Linux does. */
    const int64_t seconds = limit.tv_sec + limit.tv_usec / US_PER_S;
    if (seconds < AZ_TIME_NEVER / NS_PER_S)
        *out_deadline = az_deadline_after(AZ_SECONDS(seconds) + limit.tv_usec % US_PER_S * (az_time)1000);
    return 0;
}

static az_time left(az_time deadline)
{
    return AZ_MAX(deadline - az_clock_now(), 0);
}

void az_timeout_left_timespec(struct timespec *user, az_time deadline)
{
    if (!user || deadline == AZ_TIME_NEVER)
        return;
    struct timespec out = {.tv_sec = left(deadline) / NS_PER_S, .tv_nsec = (long)(left(deadline) % NS_PER_S)};
    (void)!az_user_put(user, &out);
}

void az_timeout_left_timeval(struct timeval *user, az_time deadline)
{
    if (!user || deadline == AZ_TIME_NEVER)
        return;
    struct timeval out = {.tv_sec = left(deadline) / NS_PER_S, .tv_usec = (suseconds_t)(left(deadline) % NS_PER_S / 1000)};
    (void)!az_user_put(user, &out);
}
