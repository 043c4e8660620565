/*
 * The lock of a FILE: 0 free, else the owner's thread id with MAYBE_WAITERS when another thread may be waiting.
 * Only a second thread can find it taken, so waiting and waking are weak (az_weak.h).
 */
#include "stdio_impl.h"
#include "pthread_impl.h"
#include "az_weak.h"

/* Returns 1 when the caller has to unlock the file again, 0 when it held it already. */
int __lockfile(FILE *f)
{
    const int self = __pthread_self()->tid;
    int owner = f->lock;

    if ((owner & ~MAYBE_WAITERS) == self)
        return 0;
    if (a_cas(&f->lock, 0, self) == 0)
        return 1;
    /* From now on it is taken with the mark, as others may have begun to wait meanwhile. */
    while ((owner = a_cas(&f->lock, 0, self | MAYBE_WAITERS)) != 0) {
        const int marked = owner | MAYBE_WAITERS;
        if ((owner == marked || a_cas(&f->lock, owner, marked) == owner) && az_weak_futex)
            az_weak_futex(&f->lock, FUTEX_WAIT | FUTEX_PRIVATE, marked, NULL);
    }
    return 1;
}

void __unlockfile(FILE *f)
{
    if ((a_swap(&f->lock, 0) & MAYBE_WAITERS) && az_weak_futex)
        az_weak_futex(&f->lock, FUTEX_WAKE | FUTEX_PRIVATE, 1, NULL);
}
