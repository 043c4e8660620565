/*
 * Fakes under sched/wait and sched/threads for host tests: contexts of the host's libc, a clock that moves when the processor sleeps, memory
 * that is overwritten when it is unmapped. Included before the sources under test, in place of az/arch.h.
 */
#ifndef AZ_THREAD_FAKES_H
#define AZ_THREAD_FAKES_H

#define AZ_ARCH_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include <az/base.h>
#include <az/clock.h>
#include <az/heap.h>
#include <az/log.h>
#include <az/vm.h>

#define FAKE_THREADS_MAX 16
#define FAKE_STACK_BYTES 65536

struct fake_context {
    ucontext_t context;
    void (*entry)(void *);
    void *arg;
    char stack[FAKE_STACK_BYTES];
};
static struct fake_context fake_contexts[FAKE_THREADS_MAX]; /* the first is the test's own */
static unsigned fake_contexts_used = 1;
static struct fake_context *fake_current = fake_contexts;

static az_time fake_now;
static void *fake_thread_pointer;
static unsigned fake_unmapped;

static void fake_begin(void)
{
    fake_current->entry(fake_current->arg);
    abort();
}

static void *az_context_new(AZ_UNUSED void *stack_top, void (*entry)(void *), void *arg)
{
    if (fake_contexts_used == FAKE_THREADS_MAX)
        abort();
    struct fake_context *made = &fake_contexts[fake_contexts_used++];
    getcontext(&made->context);
    made->entry = entry;
    made->arg = arg;
    made->context.uc_stack = (stack_t){.ss_sp = made->stack, .ss_size = sizeof(made->stack)};
    makecontext(&made->context, fake_begin, 0);
    return made;
}

static void az_context_switch(void **out_from, void *to)
{
    struct fake_context *from = fake_current;
    *out_from = from;
    fake_current = to;
    swapcontext(&from->context, &fake_current->context);
}

static void *az_arch_thread_pointer(void)
{
    return fake_thread_pointer;
}

static void az_arch_set_thread_pointer(void *pointer)
{
    fake_thread_pointer = pointer;
}

static inline void az_cpu_relax(void)
{
    fake_now += 1000;
}

static az_time fake_event_at = AZ_TIME_NEVER;

static void az_cpu_sleep(void)
{
    if (fake_event_at == AZ_TIME_NEVER)
        abort(); /* would sleep for ever */
    fake_now = AZ_MAX(fake_now, fake_event_at);
}

static void fake_event_set(az_time delta)
{
    fake_event_at = fake_now + delta;
}
static void fake_event_cancel(void)
{
    fake_event_at = AZ_TIME_NEVER;
}
static struct az_clock_event fake_event = {.name = "fake", .set = fake_event_set, .cancel = fake_event_cancel};

az_time az_clock_now(void)
{
    return fake_now;
}
struct az_clock_event *az_clock_event_best(void)
{
    return &fake_event;
}

void *az_heap_zalloc(size_t bytes)
{
    return calloc(1, bytes);
}
void az_heap_free(void *pointer, AZ_UNUSED size_t bytes)
{
    free(pointer);
}

int az_vm_unmap(uintptr_t start, size_t bytes)
{
    memset((void *)start, 0xdb, bytes);
    fake_unmapped++;
    return 0;
}

void az_panic(const char *format, ...)
{
    puts(format);
    abort();
}

#endif
