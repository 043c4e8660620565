/* Futexes on the real scheduler, with signals and the app's memory faked. */
#define _GNU_SOURCE
#include <az/thread-fakes.h>

#include <time.h>

#include "../../../sched/threads/src/threads.c"
#include "../../../sched/wait/src/timer.c"
#include "../../../sched/wait/src/wait.c"
#include "../src/futex.c"
#include "../src/waiters.c"
#include <az/test.h>

int az_user_copy_in(void *to, const void *user_from, size_t bytes)
{
    if ((uintptr_t)user_from < AZ_PAGE_BYTES)
        return -EFAULT;
    memcpy(to, user_from, bytes);
    return 0;
}

az_time az_clock_wall(void)
{
    return fake_now + AZ_SECONDS(1000);
}

int az_deadline_read(az_time *out, const struct timespec *user_length)
{
    *out = user_length ? fake_now + AZ_SECONDS(user_length->tv_sec) + user_length->tv_nsec : AZ_TIME_NEVER;
    return 0;
}

int az_wait_for_app(struct az_wait_queue *queue, uint32_t ticket, az_time deadline)
{
    return az_wait(queue, ticket, deadline, AZ_WAIT_SIGNALS);
}

bool az_signal_return(AZ_UNUSED long *result)
{
    return false;
}

static char order[32];
static uint32_t word, other;

struct waiting {
    char name;
    uint32_t bits;
    const struct timespec *limit;
    char stack[256];
};

static void waits(void *arg)
{
    const struct waiting *waiting = arg;
    const int operation = waiting->bits ? OP_WAIT_BITSET : OP_WAIT;
    long result = az_sys_futex(&word, operation | OP_PRIVATE, 0, waiting->limit, NULL, waiting->bits);
    order[strlen(order)] = result == 0 ? waiting->name : result == -ETIMEDOUT ? 't' : '!';
    az_thread_end(NULL, 0);
}

/* Begins the threads, and lets each come to wait. */
static void begin_waiting(struct waiting *all, unsigned count)
{
    struct az_thread *thread;
    memset(order, 0, sizeof(order));
    fake_contexts_used = 1;
    word = other = 0;
    for (unsigned i = 0; i < count; i++)
        AZ_CHECK_EQ(az_thread_create(all[i].stack + sizeof(all[i].stack), waits, &all[i], &thread), 0);
    az_thread_yield();
}

static long futex(uint32_t *at, int operation, uint32_t value, uintptr_t move, uint32_t *to, uint32_t value3)
{
    long result = az_sys_futex(at, operation, value, (const struct timespec *)move, to, value3);
    az_thread_yield();
    return result;
}

AZ_TEST(wakes_as_many_as_asked_the_longest_waiting_first)
{
    struct waiting all[] = {{.name = 'a'}, {.name = 'b'}, {.name = 'c'}};
    begin_waiting(all, 3);
    AZ_CHECK_EQ(futex(&word, OP_WAKE, 1, 0, NULL, 0), 1);
    AZ_CHECK_STR(order, "a");
    AZ_CHECK_EQ(futex(&other, OP_WAKE, 9, 0, NULL, 0), 0);
    AZ_CHECK_EQ(futex(&word, OP_WAKE, INT32_MAX, 0, NULL, 0), 2);
    AZ_CHECK_STR(order, "abc");
    AZ_CHECK_EQ(futex(&word, OP_WAKE, 1, 0, NULL, 0), 0);
}

AZ_TEST(does_not_wait_for_what_has_changed)
{
    word = 1;
    AZ_CHECK_EQ(az_sys_futex(&word, OP_WAIT, 0, NULL, NULL, 0), -EAGAIN);
    AZ_CHECK_EQ(az_sys_futex((uint32_t *)8, OP_WAIT, 0, NULL, NULL, 0), -EFAULT);
    AZ_CHECK_EQ(az_sys_futex((uint32_t *)((uintptr_t)&word + 1), OP_WAIT, 0, NULL, NULL, 0), -EINVAL);
    AZ_CHECK_EQ(az_sys_futex(&word, OP_WAIT_BITSET, 1, NULL, NULL, 0), -EINVAL);
}

AZ_TEST(moves_waiters_to_another_word)
{
    struct waiting all[] = {{.name = 'a'}, {.name = 'b'}, {.name = 'c'}};
    begin_waiting(all, 3);
    AZ_CHECK_EQ(futex(&word, OP_CMP_REQUEUE, 1, 1, &other, 5), -EAGAIN);
    AZ_CHECK_EQ(futex(&word, OP_CMP_REQUEUE, 1, 1, &other, 0), 2);
    AZ_CHECK_STR(order, "a");
    AZ_CHECK_EQ(futex(&other, OP_WAKE, 9, 0, NULL, 0), 1);
    AZ_CHECK_STR(order, "ab");
    AZ_CHECK_EQ(futex(&word, OP_REQUEUE, 0, 9, &word, 0), 0);
    AZ_CHECK_EQ(futex(&word, OP_REQUEUE, 0, 9, &other, 0), 1);
    AZ_CHECK_EQ(futex(&other, OP_WAKE, 9, 0, NULL, 0), 1);
    AZ_CHECK_STR(order, "abc");
}

AZ_TEST(wakes_those_with_a_bit_in_common)
{
    struct waiting all[] = {{.name = 'a', .bits = 1}, {.name = 'b', .bits = 6}, {.name = 'c'}};
    begin_waiting(all, 3);
    AZ_CHECK_EQ(futex(&word, OP_WAKE_BITSET, 9, 0, NULL, 2), 2);
    AZ_CHECK_STR(order, "bc");
    AZ_CHECK_EQ(futex(&word, OP_WAKE, 9, 0, NULL, 0), 1);
    AZ_CHECK_STR(order, "bca");
}

AZ_TEST(a_limit_ends_the_wait_and_leaves_no_waiter)
{
    const struct timespec second = {.tv_sec = 1};
    struct waiting all[] = {{.name = 'a', .limit = &second}, {.name = 'b'}};
    struct az_wait_queue never = AZ_WAIT_QUEUE_INIT;
    begin_waiting(all, 2);
    AZ_CHECK_EQ(az_wait(&never, 0, fake_now + AZ_SECONDS(2), 0), -ETIMEDOUT);
    AZ_CHECK_STR(order, "t");
    AZ_CHECK_EQ(futex(&word, OP_WAKE, 9, 0, NULL, 0), 1);
    AZ_CHECK_STR(order, "tb");
}
