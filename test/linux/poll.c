/* poll: readiness, bad descriptors, limits of time. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "show.h"

int main(void)
{
    int ends[2];
    pipe(ends);
    struct pollfd fds[4] = {
        {.fd = ends[0], .events = POLLIN},
        {.fd = ends[1], .events = POLLOUT},
        {.fd = -1, .events = POLLIN, .revents = 9},
        {.fd = 99, .events = POLLIN},
    };
    SHOW(poll(fds, 1, 0));
    SHOW(poll(fds, 1, 20));
    SHOW(poll(fds, 2, -1));
    SHOW(fds[0].revents);
    SHOW(fds[1].revents);
    SHOW(poll(fds, 4, -1));
    SHOW(fds[2].revents);
    SHOW(fds[3].revents);
    write(ends[1], "x", 1);
    SHOW(poll(fds, 1, -1));
    SHOW(fds[0].revents);
    SHOW(poll(NULL, 0, 1));
    SHOW(poll((struct pollfd *)1, 1, 0));
    struct timespec limit = {.tv_nsec = 1000000}, bad = {.tv_nsec = -1};
    fds[0].events = POLLPRI;
    SHOW(ppoll(fds, 1, &limit, NULL));
    SHOW(ppoll(fds, 1, &bad, NULL));
    int null = open("/dev/null", O_RDWR);
    struct pollfd device = {null, POLLIN | POLLOUT, 0};
    SHOW(poll(&device, 1, 0));
    SHOW(device.revents);
    return 0;
}
