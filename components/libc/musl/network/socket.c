/* musl's falls back to fcntl() for kernels without SOCK_CLOEXEC and SOCK_NONBLOCK. */
#include <sys/socket.h>
#include "syscall.h"

int socket(int domain, int type, int protocol)
{
    return syscall(SYS_socket, domain, type, protocol);
}
