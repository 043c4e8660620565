/* Who waits on which word. */
#ifndef WAITERS_H
#define WAITERS_H

#include <az/wait.h>

struct waiter {
    uintptr_t word;
    uint32_t bits; /* of FUTEX_WAIT_BITSET; all of them otherwise */
    bool woken;
    struct az_wait_queue queue; /* its own: a wake-up is for one thread */
    struct waiter *next, **link;
};

/* Adds `waiter`, whose first fields are set, behind all that wait on its word. */
void az_waiter_add(struct waiter *waiter);
void az_waiter_remove(struct waiter *waiter);
/*
 * Wakes up to `count` of those that wait on `word` for one of `bits`, and has up to `move` more wait on `to` instead, which is another
 * word. Returns how many it woke and moved.
 */
long az_waiters_wake(uintptr_t word, uint32_t count, uint32_t bits, uintptr_t to, uint32_t move);

#endif
