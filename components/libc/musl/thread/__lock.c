/*
 * libc's internal locks, which cost one comparison while there is one thread: 0 free, 1 taken, 2 taken and perhaps
 * waited for (U. Drepper, "Futexes are tricky", the second mutex). Waiting is weak (az_weak.h).
 */
#include "pthread_impl.h"
#include "az_weak.h"

void __lock(volatile int *lock)
{
    const int need = libc.need_locks;

    if (!need)
        return;
    int state = a_cas(lock, 0, 1);
    if (need < 0)
        libc.need_locks = 0; /* the second thread has ended; this was the last lock it could have held */
    if (state == 0)
        return;
    if (state != 2)
        state = a_swap(lock, 2);
    while (state != 0) {
        if (az_weak_futex)
            az_weak_futex(lock, FUTEX_WAIT | FUTEX_PRIVATE, 2, NULL);
        state = a_swap(lock, 2);
    }
}

void __unlock(volatile int *lock)
{
    if (*lock && a_swap(lock, 0) == 2 && az_weak_futex)
        az_weak_futex(lock, FUTEX_WAKE | FUTEX_PRIVATE, 1, NULL);
}
