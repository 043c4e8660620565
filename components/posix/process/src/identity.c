/* Ids of the one process, of what would be its group and session, and of its threads. */
#include <az/self.h>

#include <errno.h>

#include <az/process.h>
#include <az/thread.h>
#include <az/user.h>

/* sizeof(struct robust_list_head): three pointers. */
#define ROBUST_LIST_BYTES (3 * sizeof(void *))

static bool is_self(pid_t pid)
{
    return pid == 0 || pid == AZ_PROCESS_ID;
}

long az_sys_getpid(void)
{
    return AZ_PROCESS_ID;
}

long az_sys_getppid(void)
{
    return 0;
}

long az_sys_gettid(void)
{
    return AZ_ON(HAVE_THREADS) ? az_thread_current()->id : AZ_PROCESS_ID;
}

long az_sys_getpgrp(void)
{
    return AZ_PROCESS_ID;
}

long az_sys_getpgid(pid_t pid)
{
    return is_self(pid) ? AZ_PROCESS_ID : -ESRCH;
}

long az_sys_getsid(pid_t pid)
{
    return is_self(pid) ? AZ_PROCESS_ID : -ESRCH;
}

/* A session leader's group cannot be changed. */
long az_sys_setpgid(pid_t pid, pid_t group)
{
    if (group < 0)
        return -EINVAL;
    return is_self(pid) ? -EPERM : -ESRCH;
}

/* It leads its group already. */
long az_sys_setsid(void)
{
    return -EPERM;
}

/* The word to clear and wake when the thread ends; without threads the image ends with it. */
long az_sys_set_tid_address(int *tid)
{
    if (!AZ_ON(HAVE_THREADS))
        return AZ_PROCESS_ID;
    struct az_thread *const thread = az_thread_current();
    thread->clear_at_end = tid;
    return thread->id;
}

/* Told so that mutexes of a thread that dies are freed; without threads the image ends with it. */
long az_sys_set_robust_list(void *head, size_t length)
{
    if (length != ROBUST_LIST_BYTES)
        return -EINVAL;
    if (AZ_ON(HAVE_THREADS))
        az_thread_current()->robust_list = head;
    return 0;
}

long az_sys_get_robust_list(pid_t pid, void **head, size_t *length)
{
    const void *list = NULL;
    if (AZ_ON(HAVE_THREADS)) {
        const struct az_thread *const thread = pid ? az_thread_find(pid) : az_thread_current();
        if (!thread)
            return -ESRCH;
        list = thread->robust_list;
    } else if (!is_self(pid)) {
        return -ESRCH;
    }
    return az_user_put(length, &(size_t){ROBUST_LIST_BYTES}) || az_user_put(head, &list) ? -EFAULT : 0;
}
