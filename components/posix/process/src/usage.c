/* What the machine has and what the process has used of it. */
#include <az/self.h>

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>

#include <az/clock.h>
#include <az/pages.h>
#include <az/user.h>

/* Linux's struct ends here; libc's has room for more. */
#define SYSINFO_BYTES (sizeof(long) == 8 ? 112 : 64)

enum usage_field { USAGE_USER_S, USAGE_USER_US, USAGE_SYSTEM_S, USAGE_SYSTEM_US, USAGE_RESIDENT_MAX_KIB, USAGE_FIELDS = 18 };

long az_sys_sysinfo(struct sysinfo *out)
{
    struct az_pages_stats pages;
    az_pages_stats(&pages);
    bool in_bytes = pages.total <= (unsigned long)-1 / AZ_PAGE_BYTES;
    unsigned long unit = in_bytes ? AZ_PAGE_BYTES : 1;
    struct sysinfo info;
    memset(&info, 0, sizeof(info));
    info.uptime = (unsigned long)(az_clock_now() / AZ_SECONDS(1));
    info.totalram = (unsigned long)pages.total * unit;
    info.freeram = (unsigned long)pages.free * unit;
    info.procs = 1;
    info.mem_unit = in_bytes ? 1 : AZ_PAGE_BYTES;
    return az_user_copy_out(out, &info, SYSINFO_BYTES);
}

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
