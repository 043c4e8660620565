#include "machine.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <az/clock.h>
#include <az/heap.h>
#include <az/log.h>
#include <az/machine.h>
#include <az/pages.h>
#include <az/phys.h>
#include <az/random.h>
#include <az/user.h>

bool machine_real_time;
az_time machine_now = AZ_SECONDS(1000);
uint32_t machine_random = 1;
az_time (*machine_next_event)(void);
void (*machine_sleep)(az_time limit);
unsigned machine_signals;
unsigned machine_heap_fails;
static uint64_t heap_live;

/* -- Time, waiting, timers ----------------------------------------------------------------------------- */

static struct az_poll_source *sources;
static struct az_timer *timers; /* by deadline */

az_time az_clock_now(void)
{
    if (machine_real_time) {
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        machine_now = AZ_SECONDS(now.tv_sec) + now.tv_nsec;
    }
    return machine_now;
}

void az_timer_cancel(struct az_timer *timer)
{
    if (!timer->link)
        return;
    *timer->link = timer->next;
    if (timer->next)
        timer->next->link = timer->link;
    timer->link = NULL;
}

void az_timer_set(struct az_timer *timer, az_time deadline)
{
    struct az_timer **link = &timers;
    az_timer_cancel(timer);
    timer->deadline = deadline;
    while (*link && (*link)->deadline <= deadline)
        link = &(*link)->next;
    timer->next = *link;
    timer->link = link;
    if (timer->next)
        timer->next->link = &timer->next;
    *link = timer;
}

uint64_t machine_timers_set(void)
{
    uint64_t count = 0;
    for (const struct az_timer *t = timers; t; t = t->next)
        count++;
    return count;
}

void az_poll_source_register(struct az_poll_source *source)
{
    source->next = sources;
    sources = source;
}

bool az_poll(void)
{
    bool any = false;
    az_time now = az_clock_now();
    while (timers && timers->deadline <= now) {
        struct az_timer *timer = timers;
        az_timer_cancel(timer);
        timer->expired(timer);
        any = true;
    }
    for (struct az_poll_source *s = sources; s; s = s->next)
        any |= s->poll(s->arg);
    return any;
}

static az_time next_event(void)
{
    az_time next = machine_next_event ? machine_next_event() : AZ_TIME_NEVER;
    if (timers && timers->deadline < next)
        next = timers->deadline;
    return next;
}

int az_wait(struct az_wait_queue *queue, uint32_t ticket, az_time deadline, unsigned flags)
{
    (void)flags;
    for (;;) {
        bool any = az_poll();
        if (queue->wakes != ticket)
            return 0;
        if (az_clock_now() >= deadline)
            return -ETIMEDOUT;
        if (any)
            continue;
        az_time next = next_event();
        if (next > deadline)
            next = deadline;
        if (machine_real_time) {
            machine_sleep(next == AZ_TIME_NEVER ? AZ_SECONDS(1) : next - az_clock_now());
            continue;
        }
        if (next == AZ_TIME_NEVER)
            return -EDEADLK;
        if (next > machine_now)
            machine_now = next;
    }
}

void machine_settle(void)
{
    while (az_poll())
        continue;
}

void machine_run(az_time until)
{
    for (;;) {
        machine_settle();
        az_time next = next_event();
        if (next == AZ_TIME_NEVER || next > until) {
            if (until != AZ_TIME_NEVER)
                machine_now = until;
            return;
        }
        if (next > machine_now)
            machine_now = next;
    }
}

void az_wake(struct az_wait_queue *queue, uint32_t events)
{
    queue->wakes++;
    for (struct az_wait_entry *entry = queue->entries, *next; entry; entry = next) {
        next = entry->next;
        entry->woken(entry, events);
    }
}

/* -- Memory -------------------------------------------------------------------------------------------- */

int az_pages_alloc(unsigned order, int node, az_phys limit, az_phys *out)
{
    (void)node, (void)limit;
    void *page = aligned_alloc(AZ_PAGE_BYTES << order, AZ_PAGE_BYTES << order);
    if (!page)
        return -ENOMEM;
    memset(page, 0xa5, AZ_PAGE_BYTES << order);
    *out = az_phys_of((uintptr_t)page);
    return 0;
}

void az_pages_free(az_phys start, unsigned order)
{
    (void)order;
    free((void *)(uintptr_t)start.value);
}

void az_pages_stats(struct az_pages_stats *out)
{
    *out = (struct az_pages_stats){.total = 16384, .free = 16384};
}

void *az_phys_pointer(az_phys phys)
{
    return (void *)(uintptr_t)phys.value;
}

void *az_heap_zalloc(size_t bytes)
{
    if (machine_heap_fails && --machine_heap_fails == 0) {
        machine_heap_fails = 1;
        return NULL;
    }
    heap_live += bytes;
    return calloc(1, bytes);
}

void *az_heap_alloc(size_t bytes)
{
    return az_heap_zalloc(bytes);
}

void az_heap_free(void *pointer, size_t bytes)
{
    if (pointer)
        heap_live -= bytes;
    free(pointer);
}

uint64_t machine_heap_live(void)
{
    return heap_live;
}

int az_user_copy_in(void *to, const void *user_from, size_t bytes)
{
    if (bytes && (uintptr_t)user_from < AZ_PAGE_BYTES)
        return -EFAULT;
    memcpy(to, user_from, bytes);
    return 0;
}

int az_user_copy_out(void *user_to, const void *from, size_t bytes)
{
    if (bytes && (uintptr_t)user_to < AZ_PAGE_BYTES)
        return -EFAULT;
    memcpy(user_to, from, bytes);
    return 0;
}

/* -- Files --------------------------------------------------------------------------------------------- */

static struct az_file *fds[4096];
unsigned machine_fd_limit = AZ_ARRAY_LENGTH(fds);

void az_file_init(struct az_file *file, const struct az_file_ops *ops, uint32_t flags)
{
    *file = (struct az_file){.ops = ops, .references = 1, .flags = flags};
}

void az_file_ref(struct az_file *file)
{
    file->references++;
}

void az_file_unref(struct az_file *file)
{
    if (--file->references == 0)
        file->ops->close(file);
}

int az_fd_get(int fd, struct az_file **out)
{
    if (fd < 0 || fd >= (int)AZ_ARRAY_LENGTH(fds) || !fds[fd])
        return -EBADF;
    az_file_ref(fds[fd]);
    *out = fds[fd];
    return 0;
}

int az_fd_add(struct az_file *file, int lowest, uint32_t fd_flags)
{
    (void)fd_flags;
    for (int fd = lowest; fd < (int)machine_fd_limit; fd++) {
        if (!fds[fd]) {
            fds[fd] = file;
            return fd;
        }
    }
    return -EMFILE;
}

void az_fd_remove(int fd)
{
    (void)machine_close(fd);
}

long machine_close(int fd)
{
    struct az_file *file = fds[fd];
    fds[fd] = NULL;
    az_file_unref(file);
    return 0;
}

static ssize_t iov_copy(const struct iovec *iov, int count, size_t skip, uint8_t *buffer, size_t bytes, bool out)
{
    size_t done = 0;
    for (int i = 0; i < count && done < bytes; i++) {
        if (skip >= iov[i].iov_len) {
            skip -= iov[i].iov_len;
            continue;
        }
        size_t part = iov[i].iov_len - skip < bytes - done ? iov[i].iov_len - skip : bytes - done;
        uint8_t *user = (uint8_t *)iov[i].iov_base + skip;
        if (out ? az_user_copy_out(user, buffer + done, part) : az_user_copy_in(buffer + done, user, part))
            return done ? (ssize_t)done : -EFAULT;
        done += part;
        skip = 0;
    }
    return (ssize_t)done;
}

ssize_t az_iov_copy_out(const struct iovec *iov, int count, size_t skip, const void *from, size_t bytes)
{
    return iov_copy(iov, count, skip, (uint8_t *)(uintptr_t)from, bytes, true);
}

ssize_t az_iov_copy_in(void *to, const struct iovec *iov, int count, size_t skip, size_t bytes)
{
    return iov_copy(iov, count, skip, to, bytes, false);
}

int az_wait_for_app(struct az_wait_queue *queue, uint32_t ticket, az_time deadline)
{
    return az_wait(queue, ticket, deadline, AZ_WAIT_SIGNALS);
}

bool az_signal_return(long *result)
{
    (void)result;
    return false;
}

/* -- The rest ------------------------------------------------------------------------------------------ */

/* az/test.h has its own, which a test can expect. */
AZ_WEAK void az_assert_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, condition);
    abort();
}

uint32_t az_random_u32(void)
{
    machine_random ^= machine_random << 13;
    machine_random ^= machine_random >> 17;
    machine_random ^= machine_random << 5;
    return machine_random;
}

int az_random_bytes(void *out, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        ((uint8_t *)out)[i] = (uint8_t)az_random_u32();
    return 0;
}

void az_signal_send(int signal)
{
    (void)signal;
    machine_signals++;
}

void az_link_listen(const char *protocol, uint16_t port)
{
    (void)protocol, (void)port;
}

void az_link_unlisten(const char *protocol, uint16_t port)
{
    (void)protocol, (void)port;
}

void az_log_line(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}
