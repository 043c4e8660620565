/* Time limits of system calls. */
#include <az/process.h>

#include <errno.h>
#include <time.h>

#include <az/clock.h>
#include <az/user.h>

#define NS_PER_S 1000000000

az_time az_deadline_after(az_time length)
{
    const az_time now = az_clock_now();
    return length >= AZ_TIME_NEVER - now ? AZ_TIME_NEVER : now + length;
}

int az_deadline_read(az_time *out, const struct timespec *user_length)
{
    struct timespec length;
    *out = AZ_TIME_NEVER;
    if (!user_length)
        return 0;
    if (az_user_get(&length, user_length))
        return -EFAULT;
    if (length.tv_sec < 0 || length.tv_nsec < 0 || length.tv_nsec >= NS_PER_S)
        return -EINVAL;
    if (length.tv_sec < AZ_TIME_NEVER / NS_PER_S)
        *out = az_deadline_after(AZ_SECONDS(length.tv_sec) + length.tv_nsec);
    return 0;
}
