/* select: sets in, sets out, limits of time. */
#include <sys/select.h>
#include <unistd.h>

#include "show.h"

int main(void)
{
    int ends[2];
    pipe(ends);
    fd_set readable, writable;
    struct timeval limit = {.tv_usec = 10000}, none = {0, 0}, negative = {-1, 0};
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    FD_SET(ends[0], &readable);
    SHOW(select(ends[0] + 1, &readable, NULL, NULL, &limit));
    SHOW(FD_ISSET(ends[0], &readable) != 0);
    FD_SET(ends[0], &readable);
    FD_SET(ends[1], &writable);
    SHOW(select(ends[1] + 1, &readable, &writable, NULL, NULL));
    SHOW(FD_ISSET(ends[0], &readable) != 0);
    SHOW(FD_ISSET(ends[1], &writable) != 0);
    write(ends[1], "x", 1);
    FD_SET(ends[0], &readable);
    SHOW(select(ends[1] + 1, &readable, &writable, NULL, &none));
    FD_ZERO(&readable);
    FD_SET(50, &readable);
    SHOW(select(51, &readable, NULL, NULL, &none));
    SHOW(select(0, NULL, NULL, NULL, &limit));
    SHOW(select(-1, NULL, NULL, NULL, &none));
    SHOW(select(0, NULL, NULL, NULL, &negative));
    struct timespec short_limit = {.tv_nsec = 1000};
    SHOW(pselect(0, NULL, NULL, NULL, &short_limit, NULL));
    return 0;
}
