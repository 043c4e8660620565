/* timerfd: order of timers, periods counted, disarming, absolute times. */
#include <poll.h>
#include <stdint.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "show.h"

static int timer_in_ms(long first, long interval)
{
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    struct itimerspec when = {
        .it_value = {.tv_nsec = first * 1000000},
        .it_interval = {.tv_nsec = interval * 1000000},
    };
    timerfd_settime(fd, 0, &when, NULL);
    return fd;
}

int main(void)
{
    uint64_t count = 0;
    SHOW(timerfd_create(77, 0));
    SHOW(timerfd_create(CLOCK_MONOTONIC, 1));
    struct pollfd fds[3] = {
        {timer_in_ms(60, 0), POLLIN, 0}, {timer_in_ms(20, 0), POLLIN, 0}, {timer_in_ms(40, 0), POLLIN, 0}};
    /* A machine that stood still for a while finds several that are due at once: then they are looked at in their order. */
    static const int order[3] = {1, 2, 0};
    for (int done = 0; done < 3;) {
        poll(fds, 3, -1);
        for (int k = 0; k < 3; k++) {
            int i = order[k];
            if (fds[i].revents) {
                printf("timer %d\n", i);
                SHOW(read(fds[i].fd, &count, 8));
                fds[i].fd = -1 - fds[i].fd;
                fds[i].revents = 0;
                done++;
            }
        }
    }
    int periodic = timer_in_ms(5, 5);
    struct timespec pause = {.tv_nsec = 52000000};
    nanosleep(&pause, NULL);
    SHOW(read(periodic, &count, 8));
    SHOW(count >= 9);
    SHOW(read(periodic, &count, 4));
    struct itimerspec off = {0}, old;
    SHOW(timerfd_settime(periodic, 0, &off, &old));
    SHOW(old.it_interval.tv_nsec);
    SHOW(old.it_value.tv_nsec > 0 && old.it_value.tv_nsec <= 5000000);
    SHOW(timerfd_gettime(periodic, &old));
    SHOW(old.it_value.tv_nsec);
    SHOW(read(periodic, &count, 8));
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int wall = timerfd_create(CLOCK_REALTIME, 0);
    struct itimerspec past = {.it_value = {.tv_sec = now.tv_sec - 1}};
    SHOW(timerfd_settime(wall, TFD_TIMER_ABSTIME, &past, NULL));
    SHOW(read(wall, &count, 8));
    SHOW(count);
    struct itimerspec bad = {.it_value = {.tv_nsec = 1000000000}};
    SHOW(timerfd_settime(wall, 0, &bad, NULL));
    SHOW(timerfd_settime(0, 0, &past, NULL));
    SHOW(timerfd_gettime(99, &old));
    return 0;
}
