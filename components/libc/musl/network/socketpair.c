/* musl's falls back to fcntl() for kernels without SOCK_CLOEXEC and SOCK_NONBLOCK. */
#include <sys/socket.h>
#include "syscall.h"

int socketpair(int domain, int type, int protocol, int fds[2])
{
    return syscall(SYS_socketpair, domain, type, protocol, fds);
}
