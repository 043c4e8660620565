/* On one processor whoever holds the lock must run for it to be given back. */
#include <errno.h>
#include <sched.h>
#include "pthread_impl.h"

int pthread_spin_lock(pthread_spinlock_t *lock)
{
    while (*(volatile int *)lock || a_cas(lock, 0, EBUSY))
        sched_yield();
    return 0;
}
