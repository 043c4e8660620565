#include <az/self.h>

#include <az/futex.h>
#include <az/init.h>

#define STATUS_MASK 0xff /* what a parent would see */

long az_sys_exit_group(int status)
{
    az_exit(status & STATUS_MASK);
}

/* The last thread's exit is the process's. */
long az_sys_exit(int status)
{
    if (AZ_ON(HAVE_THREADS_POSIX))
        az_thread_exit();
    az_exit(status & STATUS_MASK);
}
