/* epoll inside epoll, cycles, files that close while watched, more events than asked for. */
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "show.h"

int main(void)
{
    struct epoll_event event = {.events = EPOLLIN}, got[8];
    int counter = eventfd(0, 0);
    int inner = epoll_create1(0), outer = epoll_create1(0);
    SHOW(epoll_ctl(inner, EPOLL_CTL_ADD, counter, &event));
    SHOW(epoll_ctl(outer, EPOLL_CTL_ADD, inner, &event));
    SHOW(epoll_ctl(inner, EPOLL_CTL_ADD, outer, &event));
    SHOW(epoll_wait(outer, got, 8, 0));
    eventfd_write(counter, 1);
    SHOW(epoll_wait(outer, got, 8, 0));
    SHOW(epoll_wait(inner, got, 8, 0));
    int again = dup(counter);
    SHOW(epoll_ctl(inner, EPOLL_CTL_ADD, again, &event));
    SHOW(epoll_wait(inner, got, 8, 0));
    close(counter);
    SHOW(epoll_wait(inner, got, 8, 0));
    close(again);
    SHOW(epoll_wait(inner, got, 8, 0));
    SHOW(epoll_wait(outer, got, 8, 0));
    int null = open("/dev/null", O_RDONLY);
    SHOW(epoll_ctl(inner, EPOLL_CTL_ADD, null, &event));
    int many[6];
    for (int i = 0; i < 6; i++) {
        many[i] = eventfd(1, 0);
        event.data.fd = i;
        epoll_ctl(inner, EPOLL_CTL_ADD, many[i], &event);
    }
    int seen = 0;
    for (int round = 0; round < 3; round++) {
        SHOW(epoll_wait(inner, got, 2, 0));
        seen |= 1 << got[0].data.fd | 1 << got[1].data.fd;
    }
    SHOW(seen);
    return 0;
}
