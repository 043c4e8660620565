/* dup, dup2, dup3, F_DUPFD: the lowest free descriptor, shared descriptions, flags of the descriptor alone. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "show.h"

int main(void)
{
    int fd = open("/dev/null", O_RDWR);
    SHOW(fd);
    SHOW(dup(fd));
    SHOW(dup(fd));
    SHOW(close(4));
    SHOW(dup(fd));
    SHOW(dup2(fd, 20));
    SHOW(dup2(fd, fd));
    SHOW(dup2(99, 3));
    SHOW(dup2(99, 99));
    SHOW(dup2(fd, -1));
    SHOW(dup3(fd, 21, O_CLOEXEC));
    SHOW(fcntl(21, F_GETFD));
    SHOW(dup3(fd, fd, 0));
    SHOW(dup3(fd, 22, O_APPEND));
    SHOW(fcntl(fd, F_DUPFD, 10));
    SHOW(fcntl(fd, F_DUPFD_CLOEXEC, 10));
    SHOW(fcntl(11, F_GETFD));
    SHOW(fcntl(fd, F_DUPFD, -1));
    SHOW(fcntl(fd, F_SETFL, O_NONBLOCK));
    SHOW(!!(fcntl(20, F_GETFL) & O_NONBLOCK));
    SHOW(fcntl(20, F_SETFD, FD_CLOEXEC));
    SHOW(fcntl(fd, F_GETFD));
    SHOW(syscall(SYS_close_range, 10, 30, 0));
    SHOW(fcntl(20, F_GETFD));
    SHOW(dup(fd));
    return 0;
}
