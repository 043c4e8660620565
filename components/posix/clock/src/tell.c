/* Telling and setting the time. */
#include <az/self.h>

#include <errno.h>
#include <sys/time.h>

#include <az/user.h>

#include "clocks.h"

#define US_PER_S 1000000
#define COARSE_NS 4000000 /* a tick of 250 Hz, as Linux is commonly built */

long az_sys_clock_gettime(clockid_t clock, struct timespec *out)
{
    enum clock_kind kind = az_clock_kind(clock);
    if (kind == CLOCK_KIND_NONE)
        return -EINVAL;
    struct timespec now = az_timespec_of(az_clock_read(kind));
    return az_user_put(out, &now);
}

long az_sys_clock_getres(clockid_t clock, struct timespec *out)
{
    if (az_clock_kind(clock) == CLOCK_KIND_NONE)
        return -EINVAL;
    bool coarse = clock == CLOCK_REALTIME_COARSE || clock == CLOCK_MONOTONIC_COARSE;
    struct timespec resolution = {.tv_nsec = coarse ? COARSE_NS : 1};
    return out ? az_user_put(out, &resolution) : 0;
}

static long set_wall(az_time now)
{
    az_clock_wall_set(now);
    return 0;
}

long az_sys_clock_settime(clockid_t clock, const struct timespec *time)
{
    struct timespec wanted;
    az_time now;
    if (clock != CLOCK_REALTIME)
        return -EINVAL;
    if (az_user_get(&wanted, time))
        return -EFAULT;
    return az_timespec_read(&now, &wanted) ? -EINVAL : set_wall(now);
}

long az_sys_gettimeofday(struct timeval *time, void *zone)
{
    az_time now = az_clock_wall();
    struct timeval out = {.tv_sec = now / NS_PER_S, .tv_usec = (suseconds_t)(now % NS_PER_S / 1000)};
    const int utc[2] = {0, 0}; /* struct timezone */
    if ((time && az_user_put(time, &out)) || (zone && az_user_copy_out(zone, utc, sizeof(utc))))
        return -EFAULT;
    return 0;
}

/* The zone is the business of libc, as on any Linux of today. */
long az_sys_settimeofday(const struct timeval *time, AZ_UNUSED const void *zone)
{
    struct timeval wanted;
    if (!time)
        return 0;
    if (az_user_get(&wanted, time))
        return -EFAULT;
    if (wanted.tv_sec < 0 || wanted.tv_usec < 0 || wanted.tv_usec >= US_PER_S)
        return -EINVAL;
    return set_wall(AZ_SECONDS(wanted.tv_sec) + wanted.tv_usec * 1000);
}

long az_sys_time(time_t *out)
{
    time_t now = az_clock_wall() / NS_PER_S;
    return out && az_user_put(out, &now) ? -EFAULT : (long)now;
}
