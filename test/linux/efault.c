/* Bad pointers are errors, not crashes. */
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "show.h"

#define BAD ((void *)16)

int main(void)
{
    int ends[2];
    pipe(ends);
    SHOW(write(ends[1], BAD, 4));
    SHOW(write(ends[1], "1234", 4));
    SHOW(read(ends[0], BAD, 4));
    SHOW(read(ends[0], &(char[4]){0}, 4));
    SHOW(write(1, BAD, 4));
    SHOW(write(ends[1], BAD, 1000)); /* long enough to be copied another way */
    SHOW(write(ends[1], "1234", 4));
    SHOW(read(ends[0], BAD, 1000));
    SHOW(open(BAD, O_RDONLY));
    SHOW(uname(BAD));
    SHOW(pipe(BAD));
    SHOW(poll(BAD, 1, 0));
    SHOW(epoll_ctl(epoll_create1(0), EPOLL_CTL_ADD, ends[0], BAD));
    SHOW(chdir(BAD));
    SHOW(getcwd(BAD, 10) == NULL);
    SHOW(clock_gettime(CLOCK_MONOTONIC_RAW, &(struct timespec){0}));
    int zero = open("/dev/zero", O_RDONLY);
    SHOW(read(zero, BAD, 1));
    return 0;
}
