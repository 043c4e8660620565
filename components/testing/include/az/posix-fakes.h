/*
 * What lies under the POSIX components, for host tests of them: a heap that counts what lives, the app's memory (everything from the
 * second page on is good), a clock that only waiting moves, timers, the console as two buffers, and the end of the image as a jump.
 */
#ifndef AZ_POSIX_FAKES_H
#define AZ_POSIX_FAKES_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <az/clock.h>
#include <az/console.h>
#include <az/heap.h>
#include <az/init.h>
#include <az/log.h>
#include <az/process.h>
#include <az/user.h>

/* -- Heap ------------------------------------------------------------------------------------------------ */

static size_t fake_heap_live; /* bytes */
static bool fake_heap_empty;  /* allocations fail */

void *az_heap_alloc(size_t bytes)
{
    if (fake_heap_empty)
        return NULL;
    fake_heap_live += bytes;
    return malloc(bytes);
}

void *az_heap_zalloc(size_t bytes)
{
    void *memory = az_heap_alloc(bytes);
    return memory ? memset(memory, 0, bytes) : NULL;
}

void az_heap_free(void *pointer, size_t bytes)
{
    if (!pointer)
        return;
    fake_heap_live -= bytes;
    free(pointer);
}

/* -- The app's memory ------------------------------------------------------------------------------------ */

static bool fake_bad(const volatile void *user)
{
    return (uintptr_t)user < AZ_PAGE_BYTES;
}

int az_user_copy_in(void *to, const void *user_from, size_t bytes)
{
    if (bytes && fake_bad(user_from))
        return -EFAULT;
    if (bytes)
        memcpy(to, user_from, bytes);
    return 0;
}

int az_user_copy_out(void *user_to, const void *from, size_t bytes)
{
    if (bytes && fake_bad(user_to))
        return -EFAULT;
    if (bytes)
        memcpy(user_to, from, bytes);
    return 0;
}

long az_user_string_in(char *to, const char *user_from, size_t bytes)
{
    if (fake_bad(user_from))
        return -EFAULT;
    const size_t length = strnlen(user_from, bytes);
    if (length == bytes)
        return -ENAMETOOLONG;
    memcpy(to, user_from, length + 1);
    return (long)length;
}

/* -- Time and waiting ------------------------------------------------------------------------------------ */

static az_time fake_now = AZ_SECONDS(1);
static az_time fake_boot_wall = AZ_SECONDS(1700000000);
static struct az_timer *fake_timers;

az_time az_clock_now(void)
{
    return fake_now;
}

az_time az_clock_wall(void)
{
    return fake_boot_wall + fake_now;
}

void az_clock_wall_set(az_time now)
{
    fake_boot_wall = now - fake_now;
}

void az_timer_cancel(struct az_timer *timer)
{
    for (struct az_timer **at = &fake_timers; *at; at = &(*at)->next) {
        if (*at == timer) {
            *at = timer->next;
            return;
        }
    }
}

void az_timer_set(struct az_timer *timer, az_time deadline)
{
    az_timer_cancel(timer);
    timer->deadline = deadline;
    struct az_timer **at = &fake_timers;
    while (*at && (*at)->deadline <= deadline)
        at = &(*at)->next;
    timer->next = *at;
    *at = timer;
}

bool az_poll(void)
{
    bool any = false;
    while (fake_timers && fake_timers->deadline <= fake_now) {
        struct az_timer *timer = fake_timers;
        fake_timers = timer->next;
        timer->expired(timer);
        any = true;
    }
    return any;
}

void az_wait_entry_add(struct az_wait_queue *queue, struct az_wait_entry *entry)
{
    struct az_wait_entry **at = &queue->entries;
    while (*at)
        at = &(*at)->next;
    entry->next = NULL;
    entry->link = at;
    *at = entry;
}

void az_wait_entry_remove(struct az_wait_entry *entry)
{
    if (!entry->link)
        return;
    *entry->link = entry->next;
    if (entry->next)
        entry->next->link = entry->link;
    entry->link = NULL;
}

void az_wake(struct az_wait_queue *queue, uint32_t events)
{
    queue->wakes++;
    for (struct az_wait_entry *entry = queue->entries, *next; entry; entry = next) {
        next = entry->next;
        entry->woken(entry, events);
    }
}

/* Time jumps to what happens next: the first timer or the deadline. */
int az_wait(struct az_wait_queue *queue, uint32_t ticket, az_time deadline, unsigned flags)
{
    for (;;) {
        az_poll();
        if (queue->wakes != ticket)
            return 0;
        const int pending = flags & AZ_WAIT_SIGNALS ? az_signal_pending() : 0;
        if (pending)
            return pending;
        if (deadline <= fake_now)
            return -ETIMEDOUT;
        const az_time next = fake_timers ? AZ_MIN(fake_timers->deadline, deadline) : deadline;
        if (next == AZ_TIME_NEVER)
            return -EDEADLK;
        fake_now = AZ_MAX(fake_now, next);
    }
}

/* -- Console --------------------------------------------------------------------------------------------- */

struct az_wait_queue az_console_input;
static char fake_output[65536];
static size_t fake_output_bytes;
static const char *fake_input = "";

void az_console_write(const char *text, size_t bytes)
{
    memcpy(fake_output + fake_output_bytes, text, bytes);
    fake_output_bytes += bytes;
    fake_output[fake_output_bytes] = '\0';
}

size_t az_console_read(char *out, size_t bytes)
{
    bytes = AZ_MIN(bytes, strlen(fake_input));
    memcpy(out, fake_input, bytes);
    fake_input += bytes;
    return bytes;
}

/* -- The end --------------------------------------------------------------------------------------------- */

const char az_app_name[] = "test";
static jmp_buf fake_end;
static int fake_status;

AZ_NORETURN void az_exit(int status)
{
    fake_status = status;
    longjmp(fake_end, 1);
}

AZ_NORETURN void az_panic(const char *format, ...)
{
    (void)format;
    fake_status = -1;
    longjmp(fake_end, 1);
}

/* The status with which the statement ends the image: -1 for a panic, -2 when it does not. */
#define FAKE_STATUS_OF(statement)                                                                  \
    ({                                                                                             \
        fake_status = -2;                                                                          \
        if (setjmp(fake_end) == 0)                                                                 \
            (void)(statement);                                                                     \
        fake_status;                                                                               \
    })

size_t az_format(char *out, size_t bytes, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int length = vsnprintf(out, bytes, format, args);
    va_end(args);
    return (size_t)length;
}

#endif
