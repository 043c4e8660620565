#include "clocks.h"

#include <errno.h>

#include <az/process.h>

/*
 * A negative id names the CPU time of a process or thread: the complement of its id above three bits, of which 2 says CPU
 * time and 4 a thread's.
 */
#define CPU_CLOCK_BITS 3
#define CPU_CLOCK_TIME 2
#define CPU_CLOCK_THREAD 4

#ifndef CLOCK_TAI
#define CLOCK_TAI 11
#endif

AZ_WEAK az_time az_clock_busy(void)
{
    return az_clock_now();
}

static enum clock_kind cpu_clock(clockid_t clock)
{
    int owner = ~(clock >> CPU_CLOCK_BITS);
    int type = clock & ((1 << CPU_CLOCK_BITS) - 1) & ~CPU_CLOCK_THREAD;
    bool own = owner == 0 || owner == AZ_PROCESS_ID;
    return type == CPU_CLOCK_TIME && own ? CLOCK_KIND_CPU : CLOCK_KIND_NONE;
}

enum clock_kind az_clock_kind(clockid_t clock)
{
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_REALTIME_ALARM:
    case CLOCK_TAI:
        return CLOCK_KIND_WALL;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
    case CLOCK_BOOTTIME_ALARM:
        return CLOCK_KIND_SINCE_BOOT;
    case CLOCK_PROCESS_CPUTIME_ID:
    case CLOCK_THREAD_CPUTIME_ID:
        return CLOCK_KIND_CPU;
    default:
        return clock < 0 ? cpu_clock(clock) : CLOCK_KIND_NONE;
    }
}

az_time az_clock_read(enum clock_kind kind)
{
    switch (kind) {
    case CLOCK_KIND_WALL:
        return az_clock_wall();
    case CLOCK_KIND_CPU:
        return az_clock_busy();
    default:
        return az_clock_now();
    }
}

int az_timespec_read(az_time *out, const struct timespec *time)
{
    if (time->tv_sec < 0 || time->tv_nsec < 0 || time->tv_nsec >= NS_PER_S)
        return -EINVAL;
    *out = time->tv_sec >= AZ_TIME_NEVER / NS_PER_S ? AZ_TIME_NEVER : AZ_SECONDS(time->tv_sec) + time->tv_nsec;
    return 0;
}

struct timespec az_timespec_of(az_time time)
{
    return (struct timespec){.tv_sec = time / NS_PER_S, .tv_nsec = (long)(time % NS_PER_S)};
}
