#define _GNU_SOURCE /* as the kernel is compiled */
#include <az/thread-fakes.h>

#include "../../wait/src/timer.c"
#include "../../wait/src/wait.c"
#include "../src/threads.c"
#include <az/test.h>

#define STACK_BYTES 256

static char order[64];

static void note(char step)
{
    order[strlen(order)] = step;
}

static struct az_thread *start(void (*entry)(void *), void *arg)
{
    static AZ_ALIGNED(16) char stacks[FAKE_THREADS_MAX][STACK_BYTES];
    struct az_thread *thread;
    char *stack = stacks[fake_contexts_used];
    AZ_CHECK_EQ(az_thread_create(stack + STACK_BYTES, entry, arg, &thread), 0);
    thread->thread_pointer = thread;
    thread->stack = stack; /* for `finish` */
    return thread;
}

/* Ends the thread; its stack is overwritten when the next one runs. */
static AZ_NORETURN void finish(void)
{
    az_thread_end(az_thread_current()->stack, STACK_BYTES);
}

static void reset(void)
{
    memset(order, 0, sizeof(order));
    fake_contexts_used = 1;
    fake_unmapped = 0;
    AZ_CHECK_EQ(az_thread_next(az_thread_next(NULL)), NULL); /* none is left of the test before */
}

static void run_all(void)
{
    for (int turns = 0; turns < 100 && az_thread_next(az_thread_next(NULL)); turns++)
        az_thread_yield();
    az_thread_yield();
}

/* -- Turns ----------------------------------------------------------------------------------------------- */

static void says_thrice(void *name)
{
    for (int i = 0; i < 3; i++) {
        note(*(char *)name);
        az_thread_yield();
    }
    finish();
}

AZ_TEST(threads_take_turns_in_the_order_in_which_they_came)
{
    reset();
    start(says_thrice, "a");
    start(says_thrice, "b");
    note('-');
    run_all();
    AZ_CHECK_STR(order, "-ababab");
    AZ_CHECK_EQ(fake_unmapped, 2);
}

static void checks_itself(void *arg)
{
    struct az_thread *self = az_thread_current();
    AZ_CHECK_EQ(az_arch_thread_pointer(), self);
    AZ_CHECK_EQ(az_thread_find(self->id), self);
    *(int *)arg = self->id;
    finish();
}

AZ_TEST(each_has_its_id_its_mask_and_its_thread_pointer)
{
    reset();
    int first_id = 0, second_id = 0;
    az_arch_set_thread_pointer(&first_id);
    az_thread_current()->signals.mask = 0x55;
    AZ_CHECK_EQ(start(checks_itself, &first_id)->signals.mask, 0x55);
    start(checks_itself, &second_id);
    run_all();
    AZ_CHECK_EQ(second_id, first_id + 1);
    AZ_CHECK_EQ(az_thread_find(first_id), NULL);
    AZ_CHECK_EQ(az_thread_current()->id, AZ_PROCESS_ID);
    AZ_CHECK_EQ(az_arch_thread_pointer(), &first_id);
}

/* -- Waiting --------------------------------------------------------------------------------------------- */

static struct az_wait_queue queue;

static void waits(void *name)
{
    note(*(char *)name);
    AZ_CHECK_EQ(az_wait(&queue, az_wait_ticket(&queue), AZ_TIME_NEVER, 0), 0);
    note(*(char *)name);
    finish();
}

AZ_TEST(who_waits_lets_others_run_and_is_woken_in_order)
{
    reset();
    start(waits, "a");
    start(waits, "b");
    az_thread_yield();
    note('w');
    az_wake(&queue, 0);
    note('x');
    run_all();
    AZ_CHECK_STR(order, "abwxab");
}

static void wakes(void *arg)
{
    (void)arg;
    note('w');
    az_wake(&queue, 0);
    note('x');
    finish();
}

AZ_TEST(a_thread_that_was_made_ready_ends_the_wait_of_the_first)
{
    reset();
    start(wakes, NULL);
    AZ_CHECK_EQ(az_wait(&queue, az_wait_ticket(&queue), AZ_TIME_NEVER, 0), 0);
    note('m');
    AZ_CHECK_STR(order, "wxm");
    run_all();
}

static void sleeps(void *ms)
{
    struct az_wait_queue never = AZ_WAIT_QUEUE_INIT;
    int error = az_wait(&never, 0, fake_now + AZ_MS(*(int *)ms), 0);
    AZ_CHECK_EQ(error, -ETIMEDOUT);
    note((char)('0' + *(int *)ms));
    finish();
}

AZ_TEST(each_waits_until_its_own_deadline_whoever_idles)
{
    reset();
    struct az_wait_queue never = AZ_WAIT_QUEUE_INIT;
    az_time begin = fake_now;
    start(sleeps, &(int){3});
    start(sleeps, &(int){1});
    start(sleeps, &(int){5});
    AZ_CHECK_EQ(az_wait(&never, 0, fake_now + AZ_MS(4), 0), -ETIMEDOUT);
    note('4');
    AZ_CHECK_EQ(fake_now, begin + AZ_MS(4));
    AZ_CHECK_STR(order, "134");
    AZ_CHECK_EQ(az_wait(&never, 0, fake_now + AZ_MS(4), 0), -ETIMEDOUT);
    AZ_CHECK_STR(order, "1345");
    AZ_CHECK_EQ(fake_unmapped, 3);
}

AZ_TEST(the_last_to_wait_for_nothing_is_told_of_the_deadlock)
{
    reset();
    struct az_wait_queue never = AZ_WAIT_QUEUE_INIT;
    start(waits, "a");
    az_thread_yield();
    AZ_CHECK_EQ(az_wait(&never, 0, AZ_TIME_NEVER, 0), -EDEADLK);
    az_wake(&queue, 0);
    run_all();
}

static unsigned polls;

static bool counts_polls(void *arg)
{
    (void)arg;
    return ++polls % 3 == 0;
}

AZ_TEST(devices_are_polled_while_threads_keep_each_other_busy)
{
    static struct az_poll_source device = {.poll = counts_polls};
    reset();
    az_poll_source_register(&device);
    polls = 0;
    start(waits, "a");
    az_thread_yield();
    for (int i = 0; i < 4; i++) {
        struct az_wait_queue never = AZ_WAIT_QUEUE_INIT;
        AZ_CHECK_EQ(az_wait(&never, 0, 0, 0), -ETIMEDOUT);
    }
    AZ_CHECK(polls >= 4);
    az_wake(&queue, 0);
    run_all();
    sources = NULL;
    sources_end = &sources;
}

/* -- Signals --------------------------------------------------------------------------------------------- */

static void waits_for_signals(void *flags)
{
    int error = az_wait(&queue, az_wait_ticket(&queue), AZ_TIME_NEVER, *(unsigned *)flags);
    note(error ? 's' : 'w');
    finish();
}

AZ_TEST(only_a_wait_for_signals_is_interrupted)
{
    reset();
    struct az_thread *may = start(waits_for_signals, &(unsigned){AZ_WAIT_SIGNALS});
    struct az_thread *may_not = start(waits_for_signals, &(unsigned){0});
    az_thread_yield();
    az_thread_interrupt(may_not);
    az_thread_interrupt(may); /* finds no signal, and waits again: the weak az_signal_pending() */
    az_thread_yield();
    AZ_CHECK_STR(order, "");
    az_wake(&queue, 0);
    run_all();
    AZ_CHECK_STR(order, "ww");
}
