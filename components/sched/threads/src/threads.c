/*
 * Round robin without preemption. Who can run stands in one queue, first come first served; whoever waits is on the wait queue
 * that will wake it and, with a deadline, in the timer queue. Nothing here sleeps: a thread that finds nobody to run goes on in
 * az_wait(), on its own stack, where it polls the devices until one of them wakes somebody.
 *
 * A thread cannot free the stack it runs on: who runs next does.
 */
#include <az/thread.h>

#include <errno.h>

#include <az/arch.h>
#include <az/heap.h>
#include <az/log.h>
#include <az/process.h>
#include <az/vm.h>

static struct az_thread first_thread = {.id = AZ_PROCESS_ID};
static struct az_thread *threads = &first_thread, *current = &first_thread;
static struct az_thread *run_first, **run_end = &run_first;
static struct az_thread *ended; /* the thread that has switched away for the last time */
static int last_id = AZ_PROCESS_ID;

struct az_thread *az_thread_current(void)
{
    return current;
}

struct az_thread *az_thread_next(const struct az_thread *thread)
{
    return thread ? thread->next : threads;
}

struct az_thread *az_thread_find(int id)
{
    struct az_thread *thread = threads;
    while (thread && thread->id != id)
        thread = thread->next;
    return thread;
}

/* -- Switching ------------------------------------------------------------------------------------------- */

static void run_later(struct az_thread *thread)
{
    thread->next_to_run = NULL;
    *run_end = thread;
    run_end = &thread->next_to_run;
}

/* What the thread before could not do itself. */
static void after_switch(void)
{
    struct az_thread *thread = ended;
    if (!thread)
        return;
    ended = NULL;
    if (thread->stack && az_vm_unmap((uintptr_t)thread->stack, thread->stack_bytes))
        az_log("thread %d: its stack could not be unmapped", thread->id);
    if (thread != &first_thread)
        az_heap_free(thread, sizeof(*thread));
}

/* Runs the thread at the head of the queue, which must not be empty, until someone runs the caller again. */
static void switch_to_next(void)
{
    struct az_thread *from = current, *to = run_first;
    run_first = to->next_to_run;
    if (!run_first)
        run_end = &run_first;
    current = to;
    from->thread_pointer = az_arch_thread_pointer();
    az_arch_set_thread_pointer(to->thread_pointer);
    az_context_switch(&from->context, to->context);
    after_switch();
}

void az_thread_yield(void)
{
    if (!run_first)
        return;
    run_later(current);
    switch_to_next();
}

/* -- Waiting --------------------------------------------------------------------------------------------- */

struct suspension {
    struct az_thread *thread;
    struct az_wait_entry entry;
    struct az_timer timer;
};

static void resume(struct az_thread *thread)
{
    if (!thread->waits)
        return;
    thread->waits = false;
    run_later(thread);
}

static void woken(struct az_wait_entry *entry, AZ_UNUSED uint32_t events)
{
    resume(AZ_CONTAINER_OF(entry, struct suspension, entry)->thread);
}

static void expired(struct az_timer *timer)
{
    resume(AZ_CONTAINER_OF(timer, struct suspension, timer)->thread);
}

void az_thread_interrupt(struct az_thread *thread)
{
    if (thread->waits_for_signals)
        resume(thread);
}

bool az_thread_suspend(struct az_wait_queue *queue, az_time deadline, unsigned flags)
{
    if (!run_first)
        return false;
    struct suspension suspension = {.thread = current, .entry = {.woken = woken}, .timer = {.expired = expired}};
    az_wait_entry_add(queue, &suspension.entry);
    if (deadline != AZ_TIME_NEVER)
        az_timer_set(&suspension.timer, deadline);
    current->waits = true;
    current->waits_for_signals = flags & AZ_WAIT_SIGNALS;
    switch_to_next();
    az_wait_entry_remove(&suspension.entry);
    az_timer_cancel(&suspension.timer);
    return true;
}

/* -- Beginning and end ----------------------------------------------------------------------------------- */

struct beginning {
    void (*entry)(void *);
    void *arg;
};

static void begin(void *arg)
{
    const struct beginning beginning = *(struct beginning *)arg;
    after_switch();
    beginning.entry(beginning.arg);
}

int az_thread_create(void *stack_top, void (*entry)(void *), void *arg, struct az_thread **out)
{
    struct az_thread *thread = az_heap_zalloc(sizeof(*thread));
    if (!thread)
        return -EAGAIN;
    struct beginning *beginning = (struct beginning *)AZ_ROUND_DOWN((uintptr_t)stack_top, (uintptr_t)16) - 1;
    *beginning = (struct beginning){entry, arg};
    thread->id = ++last_id;
    thread->signals.mask = current->signals.mask;
    thread->thread_pointer = az_arch_thread_pointer();
    thread->context = az_context_new(beginning, begin, beginning);
    thread->next = threads;
    threads = thread;
    run_later(thread);
    *out = thread;
    return 0;
}

void az_thread_end(void *stack, size_t stack_bytes)
{
    struct az_wait_queue never = AZ_WAIT_QUEUE_INIT;
    struct az_thread **at = &threads;
    while (*at != current)
        at = &(*at)->next;
    *at = current->next;
    current->stack = stack;
    current->stack_bytes = stack_bytes;
    ended = current;
    (void)!az_wait(&never, az_wait_ticket(&never), AZ_TIME_NEVER, 0);
    az_panic("deadlock: every thread waits, and nothing on this machine can wake one");
}
