/* ITIMER_REAL and alarm, which are the same timer: SIGALRM, once or again and again. */
#include <az/self.h>

#include <errno.h>
#include <signal.h>
#include <sys/time.h>

#include <az/process.h>
#include <az/user.h>

#include "clocks.h"

#define US_PER_S 1000000
#define SECONDS_MAX (AZ_TIME_NEVER / NS_PER_S / 4) /* about 73 years, so that sums stay in range */

static void alarm_rings(struct az_timer *timer);

static struct az_timer timer = {.expired = alarm_rings};
static az_time interval;
static bool running;

static void alarm_rings(struct az_timer *rung)
{
    running = interval > 0;
    if (running)
        az_timer_set(rung, rung->deadline + interval);
    az_signal_send(SIGALRM);
}

static az_time left(void)
{
    return running ? AZ_MAX(timer.deadline - az_clock_now(), 1000) : 0;
}

static void start(az_time length, az_time again_after)
{
    az_timer_cancel(&timer);
    interval = again_after;
    running = length > 0;
    if (running)
        az_timer_set(&timer, az_clock_now() + length);
}

static int read_time(az_time *out, const long *fields)
{
    if (fields[0] < 0 || fields[1] < 0 || fields[1] >= US_PER_S)
        return -EINVAL;
    const int64_t seconds = AZ_MIN((int64_t)fields[0], SECONDS_MAX);
    *out = AZ_SECONDS(seconds) + fields[1] * (az_time)1000;
    return 0;
}

/* Fields: interval seconds and microseconds, then those until it rings. */
static long tell(long *user)
{
    const az_time value = left();
    const long fields[4] = {
        (long)(interval / NS_PER_S),
        (long)(interval % NS_PER_S / 1000),
        (long)(value / NS_PER_S),
        (long)(value % NS_PER_S / 1000),
    };
    return az_user_copy_out(user, fields, sizeof(fields));
}

long az_sys_getitimer(int which, long *value)
{
    return which == ITIMER_REAL ? tell(value) : -EINVAL;
}

long az_sys_setitimer(int which, const long *value, long *old)
{
    long fields[4] = {0};
    az_time length, again_after;
    if (value && az_user_copy_in(fields, value, sizeof(fields)))
        return -EFAULT;
    if (which != ITIMER_REAL || read_time(&again_after, fields) || read_time(&length, fields + 2))
        return -EINVAL;
    if (old && tell(old))
        return -EFAULT;
    start(length, again_after);
    return 0;
}

/* What was left, in seconds rounded to the nearest, but not down to 0. */
long az_sys_alarm(unsigned int seconds)
{
    az_time before = left();
    start(AZ_SECONDS(seconds), 0);
    return before == 0 ? 0 : (long)AZ_MAX((before + NS_PER_S / 2) / NS_PER_S, 1);
}
