/* Ids of the one process, and of what would be its group, session and thread. */
#include <az/self.h>

#include <errno.h>

#include <az/process.h>

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
    return AZ_PROCESS_ID;
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

/* The word that Linux would clear and wake when the thread ends: the image ends with this thread. */
long az_sys_set_tid_address(AZ_UNUSED int *tid)
{
    return AZ_PROCESS_ID;
}

/* Told so that mutexes of a thread that dies are freed: the image ends with this thread. */
long az_sys_set_robust_list(AZ_UNUSED void *head, size_t length)
{
    return length == ROBUST_LIST_BYTES ? 0 : -EINVAL;
}
