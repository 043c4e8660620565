/* Sleeping: long enough, cut short by a signal with what was left told, absolute, refused. */
#include <signal.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "show.h"

static void on_alarm(int signal)
{
    (void)signal;
}

static long elapsed_ms(const struct timespec *since)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - since->tv_sec) * 1000 + (now.tv_nsec - since->tv_nsec) / 1000000;
}

int main(void)
{
    struct timespec start, length = {.tv_nsec = 30000000}, left = {9, 9};
    clock_gettime(CLOCK_MONOTONIC, &start);
    SHOW(nanosleep(&length, &left));
    SHOW(elapsed_ms(&start) >= 30);
    SHOW(left.tv_sec);
    signal(SIGALRM, on_alarm);
    struct itimerval soon = {.it_value = {.tv_usec = 20000}};
    setitimer(ITIMER_REAL, &soon, NULL);
    length.tv_sec = 10;
    SHOW(nanosleep(&length, &left));
    SHOW(left.tv_sec == 10 || left.tv_sec == 9);
    setitimer(ITIMER_REAL, &soon, NULL);
    SHOW(sleep(100) >= 99);
    setitimer(ITIMER_REAL, &soon, NULL);
    SHOW(usleep(900000));
    length.tv_nsec = 1000000000;
    SHOW(nanosleep(&length, NULL));
    length.tv_nsec = 0;
    length.tv_sec = -1;
    SHOW(nanosleep(&length, NULL));
    clock_gettime(CLOCK_MONOTONIC, &start);
    SHOW(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &start, NULL));
    SHOW(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &start, NULL) != 0);
    SHOW(alarm(100));
    SHOW(alarm(0));
    return 0;
}
