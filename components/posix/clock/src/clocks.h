/* The clocks of POSIX and Linux as this component tells them. */
#ifndef AZ_POSIX_CLOCKS_H
#define AZ_POSIX_CLOCKS_H

#include <time.h>

#include <az/clock.h>

#define NS_PER_S 1000000000

enum clock_kind { CLOCK_KIND_NONE, CLOCK_KIND_WALL, CLOCK_KIND_SINCE_BOOT, CLOCK_KIND_CPU };

/* Which clock an id names; CLOCK_KIND_NONE when it names none. */
enum clock_kind az_clock_kind(clockid_t clock);
az_time az_clock_read(enum clock_kind kind);

/* A time in nanoseconds, AZ_TIME_NEVER when it is later. Errors: -EINVAL for a time before 0 or a bad tv_nsec. */
AZ_MUST_USE int az_timespec_read(az_time *out, const struct timespec *time);
struct timespec az_timespec_of(az_time time);

#endif
