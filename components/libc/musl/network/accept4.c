/* musl's falls back to accept() and fcntl() for kernels older than the call. */
#define _GNU_SOURCE
#include <sys/socket.h>
#include "syscall.h"

int accept4(int fd, struct sockaddr *restrict address, socklen_t *restrict length, int flags)
{
    return syscall_cp(SYS_accept4, fd, address, length, flags);
}
