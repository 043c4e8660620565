/* epoll, level-triggered: ready as long as there is something. */
#include <sys/epoll.h>
#include <unistd.h>

#include "show.h"

int main(void)
{
    int ends[2];
    char byte;
    struct epoll_event event = {.events = EPOLLIN, .data = {.u64 = 0x123456789abcdef0}}, got[4];
    pipe(ends);
    int ep = epoll_create1(EPOLL_CLOEXEC);
    SHOW(epoll_create1(1));
    SHOW(epoll_create(0));
    SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, ends[0], &event));
    SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, ends[0], &event));
    SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, 99, &event));
    SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, ep, &event));
    SHOW(epoll_ctl(ends[0], EPOLL_CTL_ADD, ends[1], &event));
    SHOW(epoll_ctl(ep, EPOLL_CTL_MOD, ends[1], &event));
    SHOW(epoll_ctl(ep, EPOLL_CTL_DEL, ends[1], NULL));
    SHOW(epoll_ctl(ep, 77, ends[1], &event));
    SHOW(epoll_wait(ep, got, 4, 0));
    SHOW(epoll_wait(ep, got, 0, 0));
    SHOW(epoll_wait(ends[0], got, 4, 0));
    SHOW(epoll_wait(99, got, 4, 0));
    write(ends[1], "ab", 2);
    SHOW(epoll_wait(ep, got, 4, -1));
    SHOW(got[0].events);
    SHOW(got[0].data.u64 == event.data.u64);
    read(ends[0], &byte, 1);
    SHOW(epoll_wait(ep, got, 4, 1000));
    read(ends[0], &byte, 1);
    SHOW(epoll_wait(ep, got, 4, 10));
    event.events = EPOLLOUT;
    SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, ends[1], &event));
    SHOW(epoll_wait(ep, got, 4, 0));
    SHOW(got[0].events);
    event.events = 0;
    SHOW(epoll_ctl(ep, EPOLL_CTL_MOD, ends[1], &event));
    SHOW(epoll_wait(ep, got, 4, 0));
    close(ends[0]);
    SHOW(epoll_wait(ep, got, 4, 0));
    SHOW(got[0].events & EPOLLERR);
    close(ends[1]);
    SHOW(epoll_wait(ep, got, 4, 0));
    SHOW(epoll_wait(ep, (struct epoll_event *)8, 4, 0));
    return 0;
}
