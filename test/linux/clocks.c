/* Clocks: which there are, never backwards, resolution, what cannot be set. */
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "show.h"

int main(void)
{
    struct timespec a, b;
    struct timeval wall;
    SHOW(clock_gettime(CLOCK_MONOTONIC, &a));
    int backwards = 0;
    for (int i = 0; i < 1000; i++) {
        clock_gettime(CLOCK_MONOTONIC, &b);
        backwards += b.tv_sec < a.tv_sec || (b.tv_sec == a.tv_sec && b.tv_nsec < a.tv_nsec);
        a = b;
    }
    SHOW(backwards);
    SHOW(clock_gettime(CLOCK_REALTIME, &a));
    SHOW(gettimeofday(&wall, NULL));
    SHOW(wall.tv_sec - a.tv_sec <= 1);
    SHOW(time(NULL) - a.tv_sec <= 1);
    SHOW(a.tv_sec > 1600000000);
    SHOW(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a));
    SHOW(clock_gettime(CLOCK_BOOTTIME, &a));
    SHOW(clock_gettime(CLOCK_MONOTONIC_RAW, &a));
    SHOW(clock_gettime(CLOCK_MONOTONIC_COARSE, &a));
    SHOW(clock_gettime(77, &a));
    SHOW(clock_getres(CLOCK_MONOTONIC, &a));
    SHOW(a.tv_sec);
    SHOW(a.tv_nsec);
    SHOW(clock_getres(77, &a));
    a.tv_sec = 0;
    a.tv_nsec = -5;
    SHOW(clock_settime(CLOCK_MONOTONIC, &a));
    SHOW(clock() != (clock_t)-1);
    return 0;
}
