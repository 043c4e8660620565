/* What the machine has. */
#include <az/self.h>

#include <string.h>
#include <sys/sysinfo.h>

#include <az/clock.h>
#include <az/pages.h>
#include <az/user.h>

/* Linux's struct ends here; libc's has room for more. */
#define SYSINFO_BYTES (sizeof(long) == 8 ? 112 : 64)

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
