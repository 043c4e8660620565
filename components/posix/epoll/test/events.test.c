/* epoll over eventfd, pipes and timers, with the real descriptors: what wakes what, and that nothing leaks. */
#define _GNU_SOURCE
#include <az/test.h>

#include <az/posix-fakes.h>

#include "../../files/src/deadline.c"
#include "../../files/src/dup.c"
#include "../../files/src/file.c"
#include "../../files/src/iovec.c"
#include "../../files/src/process.c"
#include "../../files/src/read.c"
#include "../../files/src/signal-default.c"
#include "../../files/src/wait.c"
#include "../../files/src/write.c"

#include "../../eventfd/src/eventfd.c"
#define of timerfd_of
#undef NS_PER_S
#include "../../timerfd/src/timerfd.c"
#undef of
#define describe pipe_describe
#define append pipe_append
#include "../../pipe/src/pipe.c"
#define grow epoll_grow
#include "../src/set.c"
#include "../src/ready.c"
#include "../src/epoll.c"

static const struct az_file_ops nothing = {0};
struct az_file az_stdin = {.ops = &nothing, .references = 1, .flags = O_RDONLY};
struct az_file az_stdout = {.ops = &nothing, .references = 1, .flags = O_WRONLY};
struct az_file az_stderr = {.ops = &nothing, .references = 1, .flags = O_WRONLY};

static long watch(int ep, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data = {.fd = fd}};
    return az_sys_epoll_ctl(ep, EPOLL_CTL_ADD, fd, &event);
}

AZ_TEST(many_watched_few_ready)
{
    const size_t live = fake_heap_live;
    struct epoll_event got[8];
    int ep = (int)az_sys_epoll_create1(0);
    for (int i = 0; i < 1000; i++)
        AZ_CHECK_EQ(watch(ep, (int)az_sys_eventfd(0), EPOLLIN), 0);
    AZ_CHECK_EQ(az_sys_epoll_wait(ep, got, 8, 0), 0);
    uint64_t one = 1;
    AZ_CHECK_EQ(az_sys_write(ep + 500, &one, 8), 8);
    AZ_CHECK_EQ(az_sys_epoll_wait(ep, got, 8, -1), 1);
    AZ_CHECK_EQ(got[0].data.fd, ep + 500);
    AZ_CHECK_EQ(az_sys_close_range(3, UINT32_MAX, 0), 0);
    struct az_process *owner = az_process_current(); /* the table itself stays */
    AZ_CHECK_EQ(fake_heap_live - live, owner->fd_slots * sizeof(struct az_fd_entry) + (owner->fd_slots + 31) / 32 * 4);
}

AZ_TEST(level_triggered_items_take_turns)
{
    struct epoll_event got[2];
    int seen = 0, ep = (int)az_sys_epoll_create1(0), first = 0;
    for (int i = 0; i < 5; i++) {
        int fd = (int)az_sys_eventfd(1);
        first = i == 0 ? fd : first;
        AZ_CHECK_EQ(watch(ep, fd, EPOLLIN), 0);
    }
    for (int round = 0; round < 3; round++) {
        AZ_CHECK_EQ(az_sys_epoll_wait(ep, got, 2, 0), 2);
        seen |= 1 << (got[0].data.fd - first) | 1 << (got[1].data.fd - first);
    }
    AZ_CHECK_EQ(seen, 31);
    az_sys_close_range(3, UINT32_MAX, 0);
}

AZ_TEST(a_timer_ends_the_wait)
{
    struct epoll_event got[2];
    struct itimerspec when = {.it_value = {.tv_nsec = 5000000}, .it_interval = {.tv_nsec = 5000000}};
    int ep = (int)az_sys_epoll_create1(0), timer = (int)az_sys_timerfd_create(CLOCK_MONOTONIC, 0);
    uint64_t count = 0;
    AZ_CHECK_EQ(az_sys_timerfd_settime(timer, 0, &when, NULL), 0);
    AZ_CHECK_EQ(watch(ep, timer, EPOLLIN), 0);
    const az_time start = fake_now;
    AZ_CHECK_EQ(az_sys_epoll_wait(ep, got, 2, 1000), 1);
    AZ_CHECK_EQ(fake_now - start, AZ_MS(5));
    fake_now += AZ_MS(22);
    AZ_CHECK_EQ(az_sys_read(timer, &count, 8), 8);
    AZ_CHECK_EQ(count, 5);
    AZ_CHECK_EQ(az_sys_epoll_wait(ep, got, 2, 1), 0);
    az_sys_close_range(3, UINT32_MAX, 0);
    AZ_CHECK(fake_timers == NULL);
}

AZ_TEST(a_closed_file_leaves_every_epoll)
{
    struct epoll_event got[2];
    int ends[2], ep = (int)az_sys_epoll_create1(0), outer = (int)az_sys_epoll_create1(0);
    AZ_CHECK_EQ(az_sys_pipe(ends), 0);
    AZ_CHECK_EQ(watch(ep, ends[0], EPOLLIN), 0);
    AZ_CHECK_EQ(watch(outer, ep, EPOLLIN), 0);
    AZ_CHECK_EQ(az_sys_write(ends[1], "x", 1), 1);
    AZ_CHECK_EQ(az_sys_epoll_wait(outer, got, 2, 0), 1);
    AZ_CHECK_EQ(az_sys_close(ends[0]), 0);
    AZ_CHECK_EQ(az_sys_epoll_wait(outer, got, 2, 0), 0);
    AZ_CHECK_EQ(az_sys_close(ep), 0);
    AZ_CHECK_EQ(az_sys_epoll_wait(outer, got, 2, 0), 0);
    az_sys_close_range(3, UINT32_MAX, 0);
}

AZ_TEST(pipes_wrap_around)
{
    static char block[40000], back[40000];
    int ends[2];
    AZ_CHECK_EQ(az_sys_pipe2(ends, O_NONBLOCK), 0);
    for (int round = 0; round < 7; round++) {
        for (size_t i = 0; i < sizeof(block); i++)
            block[i] = (char)(i * 7 + (size_t)round);
        AZ_CHECK_EQ(az_sys_write(ends[1], block, sizeof(block)), sizeof(block));
        AZ_CHECK_EQ(az_sys_write(ends[1], block, 30000), 65536 - 40000);
        AZ_CHECK_EQ(az_sys_write(ends[1], block, 4096), -EAGAIN);
        AZ_CHECK_EQ(az_sys_read(ends[0], back, sizeof(back)), sizeof(back));
        AZ_CHECK_BYTES(back, block, sizeof(block));
        AZ_CHECK_EQ(az_sys_read(ends[0], back, sizeof(back)), 65536 - 40000);
        AZ_CHECK_BYTES(back, block, 65536 - 40000);
    }
    AZ_CHECK_EQ(az_sys_read(ends[0], back, 1), -EAGAIN);
    az_sys_close_range(3, UINT32_MAX, 0);
}

AZ_TEST(no_memory_is_an_error_and_leaks_nothing)
{
    int ep = (int)az_sys_epoll_create1(0), event = (int)az_sys_eventfd(0), ends[2];
    const size_t live = fake_heap_live;
    fake_heap_empty = true;
    AZ_CHECK_EQ(watch(ep, event, EPOLLIN), -ENOMEM);
    AZ_CHECK_EQ(az_sys_pipe(ends), -ENOMEM);
    AZ_CHECK_EQ(az_sys_eventfd(0), -ENOMEM);
    fake_heap_empty = false;
    AZ_CHECK_EQ(az_sys_pipe((int *)16), -EFAULT);
    AZ_CHECK_EQ(fake_heap_live, live);
    az_sys_close_range(3, UINT32_MAX, 0);
}
