/* What the system calls itself. */
#include <az/self.h>

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#include <az/process.h>
#include <az/user.h>

#define HOSTNAME_MAX 64

#ifdef __x86_64__
#define MACHINE "x86_64"
#else
#define MACHINE "i686"
#endif

long az_sys_uname(struct utsname *out)
{
    struct utsname name = {
        .sysname = "Linux",
        .release = "6.1.0",
        .version = "az",
        .machine = MACHINE,
        .domainname = "(none)",
    };
    const char *hostname = az_process_current()->hostname;
    memcpy(name.nodename, hostname, strnlen(hostname, HOSTNAME_MAX));
    return az_user_put(out, &name);
}

long az_sys_sethostname(const char *name, size_t length)
{
    static char chosen[HOSTNAME_MAX + 1];
    char copy[HOSTNAME_MAX];
    if (length > HOSTNAME_MAX)
        return -EINVAL;
    if (az_user_copy_in(copy, name, length))
        return -EFAULT;
    memcpy(chosen, copy, length);
    chosen[length] = '\0';
    az_process_current()->hostname = chosen;
    return 0;
}
