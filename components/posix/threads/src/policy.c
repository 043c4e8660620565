/* sched_setscheduler(2), which pthread_create() makes for a thread with a policy of its own. */
#include <az/self.h>

#include <errno.h>
#include <sched.h>

#include <az/thread.h>
#include <az/user.h>

long az_sys_sched_setscheduler(pid_t pid, int policy, const struct sched_param *param)
{
    int priority;
    if (pid < 0 || az_user_get(&priority, &param->sched_priority))
        return pid < 0 ? -EINVAL : -EFAULT;
    if (pid != 0 && !az_thread_find(pid))
        return -ESRCH;
    switch (policy) {
    case SCHED_OTHER:
    case SCHED_BATCH:
    case SCHED_IDLE:
        return priority == 0 ? 0 : -EINVAL;
    default:
        return -EPERM; /* real-time scheduling, which cooperation cannot keep */
    }
}
