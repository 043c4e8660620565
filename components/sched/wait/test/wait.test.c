#define _GNU_SOURCE /* as the kernel is compiled; az/file.h needs it */
#define AZ_ARCH_H /* the fakes below stand for az/arch.h */
#include <errno.h>

#include <az/base.h>

static inline void az_cpu_relax(void);
static void az_cpu_sleep(void);

#include "../src/timer.c"
#include "../src/wait.c"
#include <az/test.h>

/* -- Fakes: a clock that moves when the processor sleeps, one event, two devices -------------------------- */

static az_time now, event_at;
static bool has_event;
static unsigned sleeps, relaxes;

static void event_set(az_time delta)
{
    AZ_CHECK(delta > 0);
    event_at = now + delta;
}
static void event_cancel(void)
{
    event_at = AZ_TIME_NEVER;
}
static struct az_clock_event event = {.name = "fake", .set = event_set, .cancel = event_cancel};

az_time az_clock_now(void)
{
    return now;
}
struct az_clock_event *az_clock_event_best(void)
{
    return has_event ? &event : NULL;
}

struct device {
    struct az_poll_source source;
    az_time arrives[4]; /* when it has something, in order */
    unsigned at, handled;
    bool armed;
    struct az_wait_queue *wakes;
};
static struct device nic, console;

static bool has(const struct device *device)
{
    return device->at < 4 && device->arrives[device->at] <= now;
}
static bool device_poll(void *arg)
{
    struct device *device = arg;
    if (!has(device))
        return false;
    device->at++;
    device->handled++;
    if (device->wakes)
        az_wake(device->wakes, 1);
    return true;
}
static bool device_arm(void *arg, bool on)
{
    struct device *device = arg;
    device->armed = on;
    return !on || !has(device);
}
static void device_new(struct device *device, bool interrupts)
{
    *device = (struct device){.source = {.poll = device_poll, .arm = interrupts ? device_arm : NULL}};
    device->source.arg = device;
    for (unsigned i = 0; i < 4; i++)
        device->arrives[i] = AZ_TIME_NEVER;
}

static void az_cpu_relax(void)
{
    relaxes++;
    now += 1000;
}
static void az_cpu_sleep(void)
{
    sleeps++;
    az_time next = event_at;
    const struct device *devices[] = {&nic, &console};
    for (unsigned i = 0; i < 2; i++)
        if (devices[i]->armed && devices[i]->at < 4)
            next = AZ_MIN(next, devices[i]->arrives[devices[i]->at]);
    AZ_ASSERT(next != AZ_TIME_NEVER); /* would sleep for ever */
    now = AZ_MAX(now, next);
}

static void reset(void)
{
    now = 1000;
    event_at = AZ_TIME_NEVER;
    has_event = true;
    sleeps = relaxes = 0;
    sources = NULL;
    sources_end = &sources;
    root = NULL;
    polling = false;
    slept = 0;
    device_new(&nic, true);
    device_new(&console, true);
}

/* -- Waiting --------------------------------------------------------------------------------------------- */

AZ_TEST(a_wake_up_before_the_wait_is_not_lost)
{
    reset();
    struct az_wait_queue queue = AZ_WAIT_QUEUE_INIT;
    uint32_t ticket = az_wait_ticket(&queue);
    az_wake(&queue, 0);
    AZ_CHECK_EQ(az_wait(&queue, ticket, AZ_TIME_NEVER, 0), 0);
    AZ_CHECK_EQ(sleeps, 0);
}

AZ_TEST(a_deadline_in_the_past_still_polls)
{
    reset();
    struct az_wait_queue queue = AZ_WAIT_QUEUE_INIT;
    az_poll_source_register(&nic.source);
    nic.arrives[0] = 0;
    AZ_CHECK_EQ(az_wait(&queue, 0, 0, 0), -ETIMEDOUT);
    AZ_CHECK_EQ(nic.handled, 1);
    AZ_CHECK_EQ(sleeps, 0);
}

AZ_TEST(a_deadline_ends_the_wait)
{
    reset();
    struct az_wait_queue queue = AZ_WAIT_QUEUE_INIT;
    AZ_CHECK_EQ(az_wait(&queue, 0, now + AZ_MS(5), 0), -ETIMEDOUT);
    AZ_CHECK_EQ(now, 1000 + AZ_MS(5));
    AZ_CHECK_EQ(az_clock_busy(), 1000);
    AZ_CHECK_EQ(sleeps, 1);
    AZ_CHECK_EQ(event_at, AZ_TIME_NEVER);
}

AZ_TEST(an_early_clock_event_is_set_again)
{
    reset();
    struct az_wait_queue queue = AZ_WAIT_QUEUE_INIT;
    device_new(&console, true);
    az_poll_source_register(&console.source);
    console.arrives[0] = now + 100; /* wakes the sleep, but not the queue */
    AZ_CHECK_EQ(az_wait(&queue, 0, now + AZ_MS(5), 0), -ETIMEDOUT);
    AZ_CHECK_EQ(now, 1000 + AZ_MS(5));
    AZ_CHECK_EQ(sleeps, 2);
}

AZ_TEST(a_device_wakes_the_sleep_and_is_disarmed_after_it)
{
    reset();
    struct az_wait_queue queue = AZ_WAIT_QUEUE_INIT;
    az_poll_source_register(&nic.source);
    nic.arrives[0] = now + AZ_MS(3);
    nic.wakes = &queue;
    AZ_CHECK_EQ(az_wait(&queue, 0, AZ_TIME_NEVER, 0), 0);
    AZ_CHECK_EQ(now, 1000 + AZ_MS(3));
    AZ_CHECK_EQ(nic.armed, false);
}

static bool late_arm(void *arg, bool on)
{
    struct device *device = arg;
    device->armed = on;
    if (on && device->at == 0)
        device->arrives[0] = now; /* arrives between the poll and the arming */
    return !on || !has(device);
}

AZ_TEST(what_arrives_while_arming_is_handled_without_a_sleep)
{
    reset();
    struct az_wait_queue queue = AZ_WAIT_QUEUE_INIT;
    az_poll_source_register(&console.source);
    nic.source.arm = late_arm;
    az_poll_source_register(&nic.source);
    nic.wakes = &queue;
    AZ_CHECK_EQ(az_wait(&queue, 0, AZ_TIME_NEVER, 0), 0);
    AZ_CHECK_EQ(sleeps, 0);
    AZ_CHECK_EQ(nic.armed, false);
    AZ_CHECK_EQ(console.armed, false);
}

AZ_TEST(nothing_that_can_wake_is_a_deadlock)
{
    reset();
    struct az_wait_queue queue = AZ_WAIT_QUEUE_INIT;
    AZ_CHECK_EQ(az_wait(&queue, 0, AZ_TIME_NEVER, 0), -EDEADLK);
    AZ_CHECK_EQ(sleeps, 0);
}

AZ_TEST(a_source_without_interrupt_is_polled_every_millisecond)
{
    reset();
    struct az_wait_queue queue = AZ_WAIT_QUEUE_INIT;
    device_new(&console, false);
    az_poll_source_register(&console.source);
    console.arrives[0] = now + AZ_MS(2) + 1;
    console.wakes = &queue;
    AZ_CHECK_EQ(az_wait(&queue, 0, AZ_TIME_NEVER, 0), 0);
    AZ_CHECK_EQ(sleeps, 3);
    AZ_CHECK_EQ(now, 1000 + AZ_MS(3));
}

AZ_TEST(without_a_clock_event_the_wait_spins)
{
    reset();
    has_event = false;
    struct az_wait_queue queue = AZ_WAIT_QUEUE_INIT;
    AZ_CHECK_EQ(az_wait(&queue, 0, now + 5000, 0), -ETIMEDOUT);
    AZ_CHECK_EQ(sleeps, 0);
    AZ_CHECK_EQ(relaxes, 5);
}

/* -- Entries --------------------------------------------------------------------------------------------- */

static char order[16];
struct named_entry {
    struct az_wait_entry entry;
    char name;
    bool leaves;
};
static void entry_woken(struct az_wait_entry *entry, uint32_t events)
{
    struct named_entry *named = AZ_CONTAINER_OF(entry, struct named_entry, entry);
    AZ_CHECK_EQ(events, 5);
    order[strlen(order)] = named->name;
    if (named->leaves)
        az_wait_entry_remove(entry);
}

AZ_TEST(entries_are_called_in_order_and_may_leave)
{
    reset();
    memset(order, 0, sizeof order);
    struct az_wait_queue queue = AZ_WAIT_QUEUE_INIT;
    struct named_entry a = {{entry_woken, NULL, NULL}, 'a', false}, b = {{entry_woken, NULL, NULL}, 'b', true},
                       c = {{entry_woken, NULL, NULL}, 'c', false};
    az_wait_entry_add(&queue, &a.entry);
    az_wait_entry_add(&queue, &b.entry);
    az_wait_entry_add(&queue, &c.entry);
    az_wake(&queue, 5);
    az_wake(&queue, 5);
    AZ_CHECK_STR(order, "abcac");
    az_wait_entry_remove(&b.entry); /* is gone already */
    az_wait_entry_remove(&a.entry);
    az_wait_entry_remove(&c.entry);
    AZ_CHECK(queue.entries == NULL);
}

/* -- Timers ---------------------------------------------------------------------------------------------- */

struct test_timer {
    struct az_timer timer;
    unsigned fired;
    az_time wanted;
    bool running;
};
static az_time last_fired;

static void timer_expired(struct az_timer *timer)
{
    struct test_timer *test = AZ_CONTAINER_OF(timer, struct test_timer, timer);
    AZ_CHECK(test->running && test->wanted <= now && test->wanted >= last_fired);
    AZ_CHECK(timer->link == NULL);
    last_fired = test->wanted;
    test->running = false;
    test->fired++;
}

static uint32_t random_state = 1;
static uint32_t random_next(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    return random_state ^= random_state << 5;
}

AZ_TEST(random_sets_and_cancels_fire_in_order_and_never_twice)
{
    enum { COUNT = 200 };
    static struct test_timer timers[COUNT];
    reset();
    for (unsigned round = 0; round < 400; round++) {
        for (unsigned i = 0; i < 40; i++) {
            struct test_timer *test = &timers[random_next() % COUNT];
            test->timer.expired = timer_expired;
            if (random_next() % 3) {
                test->wanted = now + (az_time)(random_next() % 5000);
                test->running = true;
                az_timer_set(&test->timer, test->wanted);
            } else {
                az_timer_cancel(&test->timer);
                test->running = false;
            }
        }
        az_time next = AZ_TIME_NEVER;
        for (unsigned i = 0; i < COUNT; i++)
            if (timers[i].running)
                next = AZ_MIN(next, timers[i].wanted);
        AZ_CHECK_EQ(az_timers_next(), next);
        now += random_next() % 1000;
        last_fired = 0;
        az_poll();
        for (unsigned i = 0; i < COUNT; i++)
            AZ_CHECK(!timers[i].running || timers[i].wanted > now);
    }
    now = AZ_TIME_NEVER - 1;
    last_fired = 0;
    az_poll();
    AZ_CHECK(root == NULL);
    for (unsigned i = 0; i < COUNT; i++)
        AZ_CHECK(!timers[i].running);
}

static unsigned again_fired;
static void again_expired(struct az_timer *timer)
{
    again_fired++;
    az_timer_set(timer, 0);
}
AZ_TEST(a_timer_that_sets_itself_into_the_past_runs_once_a_round)
{
    reset();
    struct az_timer timer = {.expired = again_expired};
    again_fired = 0;
    az_timer_set(&timer, 0);
    AZ_CHECK(az_poll());
    AZ_CHECK_EQ(again_fired, 1);
    AZ_CHECK(az_poll());
    AZ_CHECK_EQ(again_fired, 2);
    az_timer_cancel(&timer);
    AZ_CHECK(!az_poll());
}

static struct az_timer victim;
static void kill_victim(struct az_timer *timer)
{
    (void)timer;
    az_timer_cancel(&victim);
}
AZ_TEST(a_due_timer_can_cancel_another_that_is_due)
{
    reset();
    struct az_timer killer = {.expired = kill_victim};
    victim = (struct az_timer){.expired = timer_expired};
    az_timer_set(&killer, 1);
    az_timer_set(&victim, 2);
    AZ_CHECK(az_poll());
    AZ_CHECK(victim.link == NULL);
}

static struct az_wait_queue timer_queue;
static void wake_expired(struct az_timer *timer)
{
    (void)timer;
    AZ_CHECK_EQ(az_poll(), false); /* not inside itself */
    az_wake(&timer_queue, 0);
}
AZ_TEST(a_timer_wakes_a_wait)
{
    reset();
    struct az_timer timer = {.expired = wake_expired};
    az_timer_set(&timer, now + AZ_SECONDS(1));
    AZ_CHECK_EQ(az_wait(&timer_queue, timer_queue.wakes, AZ_TIME_NEVER, 0), 0);
    AZ_CHECK_EQ(now, 1000 + AZ_SECONDS(1));
    AZ_CHECK_EQ(sleeps, 1);
}
