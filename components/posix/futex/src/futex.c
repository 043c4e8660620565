/* futex(2). With one thread, waits that only time and signals end; with several, see waiters.h. */
#include <az/self.h>

#include <errno.h>
#include <time.h>

#include <az/clock.h>
#include <az/process.h>
#include <az/user.h>

#include "waiters.h"

/* From <linux/futex.h>, which libc does not repeat. */
enum {
    OP_WAIT = 0,
    OP_WAKE = 1,
    OP_REQUEUE = 3,
    OP_CMP_REQUEUE = 4,
    OP_WAIT_BITSET = 9,
    OP_WAKE_BITSET = 10,
};
#define EVERY_BIT 0xffffffffu
/* How many to move stands where a wait has its limit. */
#define MOVE_COUNT(timeout) ((uint32_t)(uintptr_t)(timeout))
#define OP_PRIVATE 128
#define OP_CLOCK_REALTIME 256

static int deadline_at(az_time *out, const struct timespec *user, bool wall)
{
    struct timespec moment;
    *out = AZ_TIME_NEVER;
    if (!user)
        return 0;
    if (az_user_get(&moment, user))
        return -EFAULT;
    if (moment.tv_sec < 0 || moment.tv_nsec < 0 || moment.tv_nsec >= AZ_SECONDS(1))
        return -EINVAL;
    if (moment.tv_sec < AZ_TIME_NEVER / AZ_SECONDS(2))
        *out = AZ_SECONDS(moment.tv_sec) + moment.tv_nsec - (wall ? az_clock_wall() - az_clock_now() : 0);
    return 0;
}

/* Done again after a handler with SA_RESTART, unless there is a limit: signal(7). */
static long wait_for_thread(const uint32_t *word, uint32_t value, az_time deadline, uint32_t bits)
{
    struct waiter waiter = {.word = (uintptr_t)word, .bits = bits};
    long result;
    do {
        uint32_t now;
        if (az_user_get(&now, word))
            return -EFAULT;
        if (now != value)
            return -EAGAIN;
        az_waiter_add(&waiter);
        result = az_wait_for_app(&waiter.queue, az_wait_ticket(&waiter.queue), deadline);
        if (waiter.woken)
            result = 0;
        else
            az_waiter_remove(&waiter);
        if (result == -ERESTART && deadline != AZ_TIME_NEVER)
            result = -EINTR;
    } while (az_signal_return(&result));
    return result;
}

static long wait_on(const uint32_t *word, uint32_t value, az_time deadline, uint32_t bits)
{
    if (AZ_ON(HAVE_THREADS))
        return wait_for_thread(word, value, deadline, bits);
    struct az_wait_queue nobody = AZ_WAIT_QUEUE_INIT;
    uint32_t now;
    if (az_user_get(&now, word))
        return -EFAULT;
    if (now != value)
        return -EAGAIN;
    long result = az_wait_for_app(&nobody, az_wait_ticket(&nobody), deadline);
    (void)az_signal_return(&result);
    return result == -ERESTART ? -EINTR : result;
}

/* `to` is NULL when none is to be moved. */
static long wake(const uint32_t *word, uint32_t count, uint32_t bits, const uint32_t *to, uint32_t move)
{
    return az_waiters_wake((uintptr_t)word, count, bits, (uintptr_t)to, to && to != word ? move : 0);
}

long az_sys_futex(uint32_t *word, int operation, uint32_t value, const struct timespec *timeout, uint32_t *word2,
                  uint32_t value3)
{
    az_time deadline;
    uint32_t now;
    int error;
    if ((uintptr_t)word % sizeof(*word))
        return -EINVAL;
    switch (operation & ~(OP_PRIVATE | OP_CLOCK_REALTIME)) {
    case OP_WAIT:
        error = az_deadline_read(&deadline, timeout);
        return error ? error : wait_on(word, value, deadline, EVERY_BIT);
    case OP_WAIT_BITSET:
        error = value3 ? deadline_at(&deadline, timeout, operation & OP_CLOCK_REALTIME) : -EINVAL;
        return error ? error : wait_on(word, value, deadline, value3);
    case OP_WAKE_BITSET:
        if (AZ_ON(HAVE_THREADS) && value3)
            return wake(word, value, value3, NULL, 0);
        return value3 ? 0 : -EINVAL;
    case OP_CMP_REQUEUE:
        if (az_user_get(&now, word))
            return -EFAULT;
        if (AZ_ON(HAVE_THREADS) && now == value3)
            return wake(word, value, EVERY_BIT, word2, MOVE_COUNT(timeout));
        return now == value3 ? 0 : -EAGAIN;
    case OP_WAKE:
        if (AZ_ON(HAVE_THREADS))
            return wake(word, value, EVERY_BIT, NULL, 0);
        return 0;
    case OP_REQUEUE:
        if (AZ_ON(HAVE_THREADS))
            return wake(word, value, EVERY_BIT, word2, MOVE_COUNT(timeout));
        return 0;
    default:
        return -EINVAL;
    }
}
