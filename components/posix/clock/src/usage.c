/* What the process has used: time and memory. Times are user time, as kernel and app are one program. */
#include <az/self.h>

#include <errno.h>
#include <sys/resource.h>

#include <az/clock.h>
#include <az/pages.h>
#include <az/user.h>

#define TICKS_PER_S 100 /* what sysconf(_SC_CLK_TCK) says */

enum usage_field { USAGE_USER_S, USAGE_USER_US, USAGE_SYSTEM_S, USAGE_SYSTEM_US, USAGE_RESIDENT_MAX_KIB, USAGE_FIELDS = 18 };

long az_sys_getrusage(int who, long *usage)
{
    if (who != RUSAGE_SELF && who != RUSAGE_CHILDREN && who != RUSAGE_THREAD)
        return -EINVAL;
    long fields[USAGE_FIELDS] = {0};
    if (who != RUSAGE_CHILDREN) {
        struct az_pages_stats pages;
        az_pages_stats(&pages);
        az_time busy = az_clock_busy();
        fields[USAGE_USER_S] = (long)(busy / AZ_SECONDS(1));
        fields[USAGE_USER_US] = (long)(busy % AZ_SECONDS(1) / 1000);
        fields[USAGE_RESIDENT_MAX_KIB] = (long)(pages.used_max * (AZ_PAGE_BYTES / 1024));
    }
    return az_user_copy_out(usage, fields, sizeof(fields));
}

long az_sys_times(long *out)
{
    const long ticks = (long)(az_clock_busy() / (AZ_SECONDS(1) / TICKS_PER_S));
    const long fields[4] = {ticks, 0, 0, 0};
    if (out && az_user_copy_out(out, fields, sizeof(fields)))
        return -EFAULT;
    return (long)(az_clock_now() / (AZ_SECONDS(1) / TICKS_PER_S));
}
