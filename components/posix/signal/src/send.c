/* kill and its family, to the one process there is or one of its threads, and signals that the kernel sends. */
#include <az/self.h>

#include <errno.h>

#include <az/user.h>

#include "state.h"

void az_signal_send(int signal)
{
    const struct signal_origin kernel = {.code = SI_KERNEL};
    (void)!az_signal_post(signal, &kernel); /* none of these is a real-time signal, which alone can fail */
}

static long post_and_deliver(int number, const struct signal_origin *origin)
{
    if (number < 0 || number > SIGNAL_MAX)
        return -EINVAL;
    if (number == 0)
        return 0;
    long result = az_signal_post(number, origin);
    (void)az_signal_return(&result);
    return result;
}

static long post_to_thread(pid_t tid, int number, const struct signal_origin *origin)
{
    struct az_thread *const thread = az_thread_find(tid);
    if (!thread)
        return -ESRCH;
    if (number < 0 || number > SIGNAL_MAX)
        return -EINVAL;
    if (number == 0)
        return 0;
    long result = az_signal_post_to(thread, number, origin);
    (void)az_signal_return(&result);
    return result;
}

/* 0 and -1 stand for every process, a negative id for its group. */
long az_sys_kill(pid_t pid, int sig)
{
    const struct signal_origin origin = {.code = SI_USER, .pid = AZ_PROCESS_ID};
    if (pid != 0 && pid != -1 && pid != AZ_PROCESS_ID && pid != -AZ_PROCESS_ID)
        return sig < 0 || sig > SIGNAL_MAX ? -EINVAL : -ESRCH;
    return post_and_deliver(sig, &origin);
}

long az_sys_tkill(pid_t tid, int sig)
{
    const struct signal_origin origin = {.code = SI_TKILL, .pid = AZ_PROCESS_ID};
    if (tid <= 0)
        return -EINVAL;
    if (AZ_ON(HAVE_THREADS))
        return post_to_thread(tid, sig, &origin);
    return tid == AZ_PROCESS_ID ? post_and_deliver(sig, &origin) : -ESRCH;
}

long az_sys_tgkill(pid_t pid, pid_t tid, int sig)
{
    if (pid <= 0)
        return -EINVAL;
    return pid == AZ_PROCESS_ID ? az_sys_tkill(tid, sig) : -ESRCH;
}

long az_sys_rt_sigqueueinfo(pid_t pid, int sig, void *info)
{
    siginfo_t given;
    if (az_user_get(&given, (const siginfo_t *)info))
        return -EFAULT;
    if (pid != AZ_PROCESS_ID)
        return -ESRCH;
    const struct signal_origin origin = {
        .code = given.si_code, .pid = given.si_pid, .uid = given.si_uid, .value = given.si_value};
    return post_and_deliver(sig, &origin);
}
