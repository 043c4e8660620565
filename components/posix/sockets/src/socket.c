/* Sockets as files: families, the common part, waiting, the operations of az_file. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <az/clock.h>
#include <az/self.h>
#include <az/stat.h>

#include "sockets_parts.h"

static struct az_socket_family *socket_families;

void az_socket_family_register(struct az_socket_family *family)
{
    family->next = socket_families;
    socket_families = family;
}

static struct az_socket *socket_of(struct az_file *file)
{
    return AZ_CONTAINER_OF(file, struct az_socket, file);
}

static ssize_t socket_readv(struct az_file *file, const struct iovec *iov, int count, int64_t at)
{
    struct sockaddr_storage address;
    socklen_t length;
    int flags = 0;
    if (at != AZ_FILE_POSITION)
        return -ESPIPE;
    return socket_receive(socket_of(file), iov, count, 0, &address, &length, &flags);
}

static ssize_t socket_writev(struct az_file *file, const struct iovec *iov, int count, int64_t at)
{
    if (at != AZ_FILE_POSITION)
        return -ESPIPE;
    return socket_send(socket_of(file), iov, count, 0, NULL, 0);
}

static uint32_t socket_poll(struct az_file *file)
{
    return socket_of(file)->ops->poll(socket_of(file));
}

static int socket_ioctl(struct az_file *file, unsigned long request, unsigned long argument)
{
    struct az_socket *socket = socket_of(file);
    int bytes;

    if ((request != FIONREAD && request != TIOCOUTQ) || !socket->ops->queued)
        return -ENOTTY;
    bytes = socket->ops->queued(socket, request == TIOCOUTQ);
    if (bytes < 0)
        return bytes;
    return az_user_put((int *)argument, &bytes);
}

static int socket_stat(struct az_file *file, struct az_stat *out)
{
    (void)file;
    out->mode = S_IFSOCK | 0777;
    return 0;
}

static void socket_close(struct az_file *file)
{
    socket_of(file)->ops->close(socket_of(file));
}

static const struct az_file_ops socket_file_ops = {
    .readv = AZ_FILE_READS ? socket_readv : NULL,
    .writev = AZ_FILE_WRITES ? socket_writev : NULL,
    .poll = AZ_FILE_POLLS ? socket_poll : NULL,
    .ioctl = AZ_ON(SYS_ioctl) ? socket_ioctl : NULL,
    .stat = AZ_FILE_STATS ? socket_stat : NULL,
    .close = socket_close,
};

void az_socket_init(struct az_socket *socket, const struct az_socket_ops *ops, int family, int type, int protocol,
                    uint32_t receive_limit, uint32_t send_limit)
{
    az_file_init(&socket->file, &socket_file_ops, O_RDWR);
    socket->ops = ops;
    socket->family = family;
    socket->type = type;
    socket->protocol = protocol;
    socket->error = 0;
    socket->options = 0;
    socket->linger_s = -1;
    socket->receive_timeout = socket->send_timeout = 0;
    socket->receive_limit = receive_limit;
    socket->send_limit = send_limit;
}

az_time az_socket_deadline(const struct az_socket *socket, int flags, az_time timeout)
{
    if (flags & MSG_DONTWAIT || socket->file.flags & O_NONBLOCK)
        return 0;
    return timeout ? az_clock_now() + timeout : AZ_TIME_NEVER;
}

int az_socket_wait(struct az_socket *socket, uint32_t ticket, az_time deadline)
{
    int error = deadline ? az_wait_for_app(&socket->file.queue, ticket, deadline)
                         : az_wait(&socket->file.queue, ticket, deadline, 0);
    if (error == -ERESTART && deadline != AZ_TIME_NEVER)
        return -EINTR; /* a wait with a limit is not done again: signal(7) */
    return error == -ETIMEDOUT ? -EAGAIN : error;
}

int az_socket_take_error(struct az_socket *socket)
{
    int error = socket->error;
    socket->error = 0;
    return error;
}

int socket_get(int fd, struct az_socket **out)
{
    struct az_file *file;
    int error = az_fd_get(fd, &file);
    if (error)
        return error;
    if (file->ops != &socket_file_ops) {
        az_file_unref(file);
        return -ENOTSOCK;
    }
    *out = socket_of(file);
    return 0;
}

ssize_t socket_send(struct az_socket *socket, const struct iovec *iov, int count, int flags,
                    const struct sockaddr_storage *address, socklen_t length)
{
    ssize_t sent = -EOPNOTSUPP;
    if (socket->ops->send)
        sent = socket->ops->send(socket, iov, count, flags, (const struct sockaddr *)address, length);
    if (sent == -EPIPE && socket->type == SOCK_STREAM && !(flags & MSG_NOSIGNAL))
        az_signal_send(SIGPIPE);
    return sent;
}

ssize_t socket_receive(struct az_socket *socket, const struct iovec *iov, int count, int flags,
                       struct sockaddr_storage *address, socklen_t *length, int *out_flags)
{
    if (!socket->ops->receive)
        return -EOPNOTSUPP;
    return socket->ops->receive(socket, iov, count, flags, address, length, out_flags);
}

long az_sys_socket(int family, int type, int protocol)
{
    struct az_socket_family *found = NULL;
    struct az_socket *socket;
    bool family_known = false, type_known = false;
    int kind = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
    long result;

    for (struct az_socket_family *f = socket_families; f && !found; f = f->next) {
        bool type_fits = f->family == family && f->type == kind;
        family_known |= f->family == family;
        type_known |= type_fits;
        if (type_fits && (!protocol || f->protocol == protocol))
            found = f;
    }
    if (kind < 0 || kind > SOCK_PACKET) /* the last of the types Linux knows */
        return -EINVAL;
    if (!family_known)
        return -EAFNOSUPPORT;
    if (!found)
        return type_known ? -EPROTONOSUPPORT : -ESOCKTNOSUPPORT;
    result = found->create(&socket);
    if (result)
        return result;
    if (type & SOCK_NONBLOCK)
        socket->file.flags |= O_NONBLOCK;
    result = az_fd_add(&socket->file, 0, type & SOCK_CLOEXEC ? FD_CLOEXEC : 0);
    if (result < 0)
        socket_put(socket);
    return result;
}
