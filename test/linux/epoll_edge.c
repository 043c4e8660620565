/* epoll, edge-triggered and one-shot: told once for each arrival, or once at all. */
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "show.h"

int main(void)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data = {.u32 = 5}}, got[4];
    int ends[2];
    char byte;
    pipe(ends);
    int ep = epoll_create1(0);
    write(ends[1], "ab", 2);
    SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, ends[0], &event));
    SHOW(epoll_wait(ep, got, 4, 0));
    SHOW(epoll_wait(ep, got, 4, 0));
    read(ends[0], &byte, 1);
    SHOW(epoll_wait(ep, got, 4, 0));
    write(ends[1], "c", 1);
    SHOW(epoll_wait(ep, got, 4, 0));
    SHOW(epoll_wait(ep, got, 4, 0));
    SHOW(epoll_ctl(ep, EPOLL_CTL_MOD, ends[0], &event));
    SHOW(epoll_wait(ep, got, 4, 0));
    event.events = EPOLLIN | EPOLLONESHOT;
    SHOW(epoll_ctl(ep, EPOLL_CTL_MOD, ends[0], &event));
    SHOW(epoll_wait(ep, got, 4, 0));
    SHOW(epoll_wait(ep, got, 4, 0));
    write(ends[1], "d", 1);
    SHOW(epoll_wait(ep, got, 4, 0));
    SHOW(epoll_ctl(ep, EPOLL_CTL_MOD, ends[0], &event));
    SHOW(epoll_wait(ep, got, 4, 0));
    int counter = eventfd(0, EFD_NONBLOCK);
    event.events = EPOLLIN | EPOLLOUT | EPOLLET;
    SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, counter, &event));
    SHOW(epoll_wait(ep, got, 4, 0));
    SHOW(got[0].events == EPOLLOUT);
    eventfd_write(counter, 1);
    SHOW(epoll_wait(ep, got, 4, 0));
    SHOW(got[0].events == (EPOLLIN | EPOLLOUT));
    event.events = EPOLLIN | EPOLLEXCLUSIVE;
    SHOW(epoll_ctl(ep, EPOLL_CTL_MOD, counter, &event));
    SHOW(epoll_ctl(ep, EPOLL_CTL_DEL, counter, NULL));
    SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, counter, &event));
    event.events = EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT;
    SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, ends[1], &event));
    return 0;
}
