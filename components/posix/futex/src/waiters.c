/* Waiting threads in chained hash buckets by the word's address, each chain in the order in which they came. */
#include "waiters.h"

#include <az/futex.h>

#define BUCKETS 64u

static struct bucket {
    struct waiter *first, **end;
} buckets[BUCKETS];

static struct bucket *bucket_of(uintptr_t word)
{
    struct bucket *bucket = &buckets[(word / sizeof(uint32_t) ^ word >> 8) % BUCKETS];
    if (!bucket->end)
        bucket->end = &bucket->first;
    return bucket;
}

void az_waiter_add(struct waiter *waiter)
{
    struct bucket *bucket = bucket_of(waiter->word);
    waiter->next = NULL;
    waiter->link = bucket->end;
    *bucket->end = waiter;
    bucket->end = &waiter->next;
}

void az_waiter_remove(struct waiter *waiter)
{
    *waiter->link = waiter->next;
    if (waiter->next)
        waiter->next->link = waiter->link;
    else
        bucket_of(waiter->word)->end = waiter->link;
}

static void wake_one(struct waiter *waiter)
{
    az_waiter_remove(waiter);
    waiter->woken = true;
    az_wake(&waiter->queue, 0);
}

long az_waiters_wake(uintptr_t word, uint32_t count, uint32_t bits, uintptr_t to, uint32_t move)
{
    uint32_t woken = 0, moved = 0;
    struct waiter *next;
    for (struct waiter *waiter = bucket_of(word)->first; waiter; waiter = next) {
        next = waiter->next;
        if (waiter->word != word || !(waiter->bits & bits))
            continue;
        if (woken < count) {
            wake_one(waiter);
            woken++;
        } else if (moved < move) {
            az_waiter_remove(waiter);
            waiter->word = to;
            az_waiter_add(waiter);
            moved++;
        } else {
            break;
        }
    }
    return (long)(woken + moved);
}

long az_futex_wake(const uint32_t *word, uint32_t count)
{
    return az_waiters_wake((uintptr_t)word, count, UINT32_MAX, 0, 0);
}
