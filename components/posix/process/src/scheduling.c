/* Scheduling, of which there is little to say on one CPU. */
#include <az/self.h>

#include <errno.h>
#include <sched.h>

#include <az/process.h>
#include <az/thread.h>
#include <az/user.h>
#include <az/wait.h>

#define REALTIME_PRIORITY_MAX 99
/* getpriority tells 20 - nice, so that the result is never negative. */
#define NICE_ZERO 20

static bool is_self(pid_t pid)
{
    return pid == 0 || pid == AZ_PROCESS_ID || (AZ_ON(HAVE_THREADS) && az_thread_find(pid));
}

long az_sys_sched_yield(void)
{
    long result = 0;
    (void)az_poll();
    if (AZ_ON(HAVE_THREADS)) {
        az_thread_yield();
        (void)az_signal_return(&result);
    }
    return result;
}

long az_sys_sched_getaffinity(pid_t pid, size_t size, unsigned long *mask)
{
    const unsigned long first = 1;
    if (size < sizeof(first) || size % sizeof(first))
        return -EINVAL;
    if (!is_self(pid))
        return -ESRCH;
    return az_user_put(mask, &first) ? -EFAULT : (long)sizeof(first);
}

long az_sys_sched_setaffinity(pid_t pid, size_t size, const unsigned long *mask)
{
    uint8_t first = 0;
    if (size > 0 && az_user_get(&first, (const uint8_t *)mask))
        return -EFAULT;
    if (!is_self(pid))
        return -ESRCH;
    return first & 1 ? 0 : -EINVAL;
}

long az_sys_sched_getscheduler(pid_t pid)
{
    if (pid < 0)
        return -EINVAL;
    return is_self(pid) ? SCHED_OTHER : -ESRCH;
}

long az_sys_sched_getparam(pid_t pid, struct sched_param *param)
{
    if (pid < 0 || !param)
        return -EINVAL;
    if (!is_self(pid))
        return -ESRCH;
    return az_user_put(&param->sched_priority, &(int){0});
}

/* Real-time policies promise what cooperation cannot keep. */
long az_sys_sched_setscheduler(pid_t pid, int policy, const struct sched_param *param)
{
    int priority;
    if (pid < 0 || !param)
        return -EINVAL;
    if (az_user_get(&priority, &param->sched_priority))
        return -EFAULT;
    if (!is_self(pid))
        return -ESRCH;
    if (policy == SCHED_OTHER || policy == SCHED_BATCH || policy == SCHED_IDLE)
        return priority == 0 ? 0 : -EINVAL;
    return policy == SCHED_FIFO || policy == SCHED_RR ? -EPERM : -EINVAL;
}

long az_sys_sched_setparam(pid_t pid, const struct sched_param *param)
{
    return az_sys_sched_setscheduler(pid, SCHED_OTHER, param);
}

static long priority_limit(int policy, long realtime)
{
    switch (policy) {
    case SCHED_FIFO:
    case SCHED_RR:
        return realtime;
    case SCHED_OTHER:
    case SCHED_BATCH:
    case SCHED_IDLE:
    case SCHED_DEADLINE:
        return 0;
    default:
        return -EINVAL;
    }
}

long az_sys_sched_get_priority_max(int policy)
{
    return priority_limit(policy, REALTIME_PRIORITY_MAX);
}

long az_sys_sched_get_priority_min(int policy)
{
    return priority_limit(policy, 1);
}

long az_sys_getpriority(int which, int who)
{
    if (which < 0 || which > 2)
        return -EINVAL;
    return who == 0 || who == AZ_PROCESS_ID || which == 2 ? NICE_ZERO : -ESRCH;
}

long az_sys_getcpu(unsigned int *cpu, unsigned int *node, AZ_UNUSED void *unused)
{
    const unsigned int zero = 0;
    if ((cpu && az_user_put(cpu, &zero)) || (node && az_user_put(node, &zero)))
        return -EFAULT;
    return 0;
}
