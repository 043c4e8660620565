/* Calls about addresses: bind, listen, accept, connect, names, shutdown. */
#include <errno.h>
#include <fcntl.h>

#include <az/self.h>

#include "sockets_parts.h"

int socket_address_in(struct sockaddr_storage *out, const struct sockaddr *user_from, unsigned length)
{
    if (length > sizeof(*out))
        return -EINVAL;
    __builtin_memset(out, 0, sizeof(*out));
    return az_user_copy_in(out, user_from, length);
}

int socket_address_out(struct sockaddr *user_to, unsigned *user_length, const struct sockaddr_storage *from,
                       socklen_t length)
{
    unsigned room, whole = length;
    if (az_user_get(&room, user_length))
        return -EFAULT;
    if ((int)room < 0)
        return -EINVAL;
    if (az_user_copy_out(user_to, from, AZ_MIN(room, whole)))
        return -EFAULT;
    return az_user_put(user_length, &whole);
}

static long socket_bind(int fd, const struct sockaddr *addr, unsigned int addr_length)
{
    struct sockaddr_storage address;
    struct az_socket *socket;
    int error = socket_get(fd, &socket);
    if (error)
        return error;
    error = socket_address_in(&address, addr, addr_length);
    if (!error)
        error = socket->ops->bind ? socket->ops->bind(socket, (const struct sockaddr *)&address, addr_length) : -EOPNOTSUPP;
    socket_put(socket);
    return error;
}

long az_sys_bind(int fd, const struct sockaddr *addr, unsigned int addr_length)
{
    return AZ_RESTARTABLE(socket_bind(fd, addr, addr_length));
}

static long socket_connect(int fd, const struct sockaddr *addr, unsigned int addr_length)
{
    struct sockaddr_storage address;
    struct az_socket *socket;
    int error = socket_get(fd, &socket);
    if (error)
        return error;
    error = socket_address_in(&address, addr, addr_length);
    if (!error)
        error = socket->ops->connect ? socket->ops->connect(socket, (const struct sockaddr *)&address, addr_length)
                                     : -EOPNOTSUPP;
    socket_put(socket);
    return error;
}

long az_sys_connect(int fd, const struct sockaddr *addr, unsigned int addr_length)
{
    return AZ_RESTARTABLE(socket_connect(fd, addr, addr_length));
}

long az_sys_listen(int fd, int backlog)
{
    struct az_socket *socket;
    int error = socket_get(fd, &socket);
    if (error)
        return error;
    error = socket->ops->listen ? socket->ops->listen(socket, backlog) : -EOPNOTSUPP;
    socket_put(socket);
    return error;
}

static long socket_accept4(int fd, struct sockaddr *addr, unsigned int *addr_length, int flags)
{
    struct az_socket *listener, *socket;
    struct sockaddr_storage address;
    socklen_t length = 0;
    long result;

    if (flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC))
        return -EINVAL;
    result = socket_get(fd, &listener);
    if (result)
        return result;
    /* Its descriptor first, with the listener in its place: a connection without one stays in the queue. */
    int place = az_fd_add(&listener->file, 0, 0);
    if (place < 0) {
        socket_put(listener);
        return place;
    }
    result = listener->ops->accept ? listener->ops->accept(listener, &socket) : -EOPNOTSUPP;
    az_fd_remove(place);
    if (result)
        return result;
    if (addr) {
        /* A peer that is gone again already leaves no name; Linux says ECONNABORTED as well. */
        if (socket->ops->name(socket, true, &address, &length))
            result = -ECONNABORTED;
        else
            result = socket_address_out(addr, addr_length, &address, length);
    }
    if (flags & SOCK_NONBLOCK)
        socket->file.flags |= O_NONBLOCK;
    if (!result)
        result = az_fd_add(&socket->file, 0, flags & SOCK_CLOEXEC ? FD_CLOEXEC : 0);
    if (result < 0)
        socket_put(socket);
    return result;
}

long az_sys_accept4(int fd, struct sockaddr *addr, unsigned int *addr_length, int flags)
{
    return AZ_RESTARTABLE(socket_accept4(fd, addr, addr_length, flags));
}

long az_sys_accept(int fd, struct sockaddr *addr, unsigned int *addr_length)
{
    return az_sys_accept4(fd, addr, addr_length, 0);
}

static long socket_name(int fd, struct sockaddr *addr, unsigned int *addr_length, bool peer)
{
    struct sockaddr_storage address;
    struct az_socket *socket;
    socklen_t length = 0;
    int error = socket_get(fd, &socket);
    if (error)
        return error;
    error = socket->ops->name(socket, peer, &address, &length);
    if (!error)
        error = socket_address_out(addr, addr_length, &address, length);
    socket_put(socket);
    return error;
}

long az_sys_getsockname(int fd, struct sockaddr *addr, unsigned int *addr_length)
{
    return socket_name(fd, addr, addr_length, false);
}

long az_sys_getpeername(int fd, struct sockaddr *addr, unsigned int *addr_length)
{
    return socket_name(fd, addr, addr_length, true);
}

long az_sys_shutdown(int fd, int how)
{
    struct az_socket *socket;
    int error = socket_get(fd, &socket);
    if (error)
        return error;
    if (how < SHUT_RD || how > SHUT_RDWR)
        error = -EINVAL;
    else
        error = socket->ops->shutdown ? socket->ops->shutdown(socket, how) : -EOPNOTSUPP;
    socket_put(socket);
    return error;
}
