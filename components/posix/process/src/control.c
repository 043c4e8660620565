/* prctl, arch_prctl and umask: switches of the process. */
#include <az/self.h>

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>

#include <az/arch.h>
#include <az/init.h>
#include <az/process.h>
#include <az/user.h>

#define NAME_BYTES 16
#define TIMER_SLACK_NS 50000

/* arch_prctl's codes, from <asm/prctl.h>. */
#define SET_FS 0x1002
#define GET_FS 0x1003
#define MSR_FS_BASE 0xc0000100u

static char name[NAME_BYTES];
static bool named, not_dumpable, no_new_privileges, keeps_capabilities;
static unsigned long timer_slack = TIMER_SLACK_NS;

static long set_flag(bool *flag, unsigned long value, bool inverted)
{
    if (value > 1)
        return -EINVAL;
    *flag = (value == 1) != inverted;
    return 0;
}

static long set_name(const char *user)
{
    char copy[NAME_BYTES];
    long length = az_user_string_in(copy, user, sizeof(copy));
    if (length < 0 && length != -ENAMETOOLONG)
        return length;
    if (length < 0 && az_user_copy_in(copy, user, sizeof(copy) - 1))
        return -EFAULT;
    memset(name, 0, sizeof(name));
    memcpy(name, copy, length < 0 ? sizeof(name) - 1 : (size_t)length);
    named = true;
    return 0;
}

static long get_name(char *user)
{
    if (!named)
        memcpy(name, az_app_name, strnlen(az_app_name, sizeof(name) - 1));
    return az_user_copy_out(user, name, sizeof(name));
}

long az_sys_prctl(int option, unsigned long arg2, unsigned long arg3, unsigned long arg4, unsigned long arg5)
{
    switch (option) {
    case PR_SET_NAME:
        return set_name((const char *)arg2);
    case PR_GET_NAME:
        return get_name((char *)arg2);
    case PR_SET_DUMPABLE:
        return set_flag(&not_dumpable, arg2, true);
    case PR_GET_DUMPABLE:
        return !not_dumpable;
    case PR_SET_NO_NEW_PRIVS:
        if (arg2 != 1 || arg3 || arg4 || arg5)
            return -EINVAL;
        no_new_privileges = true;
        return 0;
    case PR_GET_NO_NEW_PRIVS:
        return arg2 || arg3 || arg4 || arg5 ? -EINVAL : no_new_privileges;
    case PR_SET_KEEPCAPS:
        return set_flag(&keeps_capabilities, arg2, false);
    case PR_GET_KEEPCAPS:
        return keeps_capabilities;
    case PR_SET_TIMERSLACK:
        timer_slack = arg2 ? arg2 : TIMER_SLACK_NS;
        return 0;
    case PR_GET_TIMERSLACK:
        return (long)timer_slack;
    default:
        return -EINVAL;
    }
}

#ifdef __x86_64__
long az_sys_arch_prctl(int option, unsigned long arg)
{
    switch (option) {
    case SET_FS:
        az_arch_set_thread_pointer((void *)arg);
        return 0;
    case GET_FS:
        return az_user_put((uint64_t *)arg, &(uint64_t){az_msr_read(MSR_FS_BASE)});
    default:
        return -EINVAL;
    }
}
#else
/* On i386 arch_prctl only switches the CPUID instruction off and on, which needs hardware for it. */
long az_sys_arch_prctl(AZ_UNUSED int option, AZ_UNUSED unsigned long arg)
{
    return -EINVAL;
}
#endif

long az_sys_umask(mode_t mask)
{
    struct az_process *process = az_process_current();
    uint32_t before = process->umask;
    process->umask = mask & 0777;
    return (long)before;
}
