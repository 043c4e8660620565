/* Calls that move data: sendto, recvfrom, and the message calls over lists of pieces. */
#include <errno.h>
#include <limits.h>
#include <time.h>

#include <az/clock.h>
#include <az/heap.h>
#include <az/self.h>

#include "sockets_parts.h"

#define PIECES_ON_STACK 8

static long socket_sendto(int fd, const void *buf, size_t count, int flags, const struct sockaddr *addr, unsigned int addr_length)
{
    struct iovec iov = {.iov_base = (void *)(uintptr_t)buf, .iov_len = AZ_MIN(count, (size_t)SSIZE_MAX)};
    struct sockaddr_storage address;
    struct az_socket *socket;
    long result = socket_get(fd, &socket);
    if (result)
        return result;
    if (addr)
        result = socket_address_in(&address, addr, addr_length);
    if (!result)
        result = socket_send(socket, &iov, 1, flags, addr ? &address : NULL, addr ? addr_length : 0);
    socket_put(socket);
    return result;
}

long az_sys_sendto(int fd, const void *buf, size_t count, int flags, const struct sockaddr *addr, unsigned int addr_length)
{
    return AZ_RESTARTABLE(socket_sendto(fd, buf, count, flags, addr, addr_length));
}

static long socket_recvfrom(int fd, void *buf, size_t count, int flags, struct sockaddr *addr, unsigned int *addr_length)
{
    struct iovec iov = {.iov_base = buf, .iov_len = AZ_MIN(count, (size_t)SSIZE_MAX)};
    struct sockaddr_storage address;
    struct az_socket *socket;
    socklen_t length = 0;
    int out_flags = 0;
    long result = socket_get(fd, &socket);
    if (result)
        return result;
    result = socket_receive(socket, &iov, 1, flags, &address, &length, &out_flags);
    if (result >= 0 && addr && socket_address_out(addr, addr_length, &address, length))
        result = -EFAULT;
    socket_put(socket);
    return result;
}

long az_sys_recvfrom(int fd, void *buf, size_t count, int flags, struct sockaddr *addr, unsigned int *addr_length)
{
    return AZ_RESTARTABLE(socket_recvfrom(fd, buf, count, flags, addr, addr_length));
}

/* A list of pieces copied from the app: in `few` when they fit, else from the heap. Errors: -EMSGSIZE, -EFAULT, -ENOMEM. */
static int pieces_in(const struct msghdr *message, struct iovec *few, struct iovec **out)
{
    size_t count = (size_t)message->msg_iovlen;
    *out = few;
    if (count > IOV_MAX)
        return -EMSGSIZE;
    if (count > PIECES_ON_STACK) {
        *out = az_heap_alloc(count * sizeof(**out));
        if (!*out)
            return -ENOMEM;
    }
    return az_user_copy_in(*out, message->msg_iov, count * sizeof(**out));
}

static void pieces_free(const struct msghdr *message, struct iovec *few, struct iovec *pieces)
{
    if (pieces && pieces != few)
        az_heap_free(pieces, (size_t)message->msg_iovlen * sizeof(*pieces));
}

static ssize_t message_send(struct az_socket *socket, const struct msghdr *user_message, int flags)
{
    struct iovec few[PIECES_ON_STACK], *pieces;
    struct sockaddr_storage address;
    struct msghdr message;
    ssize_t result = az_user_get(&message, user_message);

    if (result)
        return result;
    if (message.msg_name && (result = socket_address_in(&address, message.msg_name, message.msg_namelen)))
        return result;
    if (message.msg_controllen)
        return -EINVAL;
    result = pieces_in(&message, few, &pieces);
    if (!result)
        result = socket_send(socket, pieces, (int)message.msg_iovlen, flags, message.msg_name ? &address : NULL,
                             message.msg_name ? message.msg_namelen : 0);
    pieces_free(&message, few, pieces);
    return result;
}

static ssize_t message_receive(struct az_socket *socket, struct msghdr *user_message, int flags)
{
    struct iovec few[PIECES_ON_STACK], *pieces;
    struct sockaddr_storage address;
    struct msghdr message;
    socklen_t length = 0;
    ssize_t result = az_user_get(&message, user_message);

    if (result)
        return result;
    message.msg_flags = 0;
    result = pieces_in(&message, few, &pieces);
    if (!result)
        result = socket_receive(socket, pieces, (int)message.msg_iovlen, flags, &address, &length, &message.msg_flags);
    pieces_free(&message, few, pieces);
    if (result < 0)
        return result;
    if (message.msg_name && az_user_copy_out(message.msg_name, &address, AZ_MIN(length, message.msg_namelen)))
        return -EFAULT;
    message.msg_namelen = length;
    message.msg_controllen = 0;
    return az_user_put(user_message, &message) ? -EFAULT : result;
}

static long socket_sendmsg(int fd, const struct msghdr *message, int flags)
{
    struct az_socket *socket;
    long result = socket_get(fd, &socket);
    if (result)
        return result;
    result = message_send(socket, message, flags);
    socket_put(socket);
    return result;
}

long az_sys_sendmsg(int fd, const struct msghdr *message, int flags)
{
    return AZ_RESTARTABLE(socket_sendmsg(fd, message, flags));
}

static long socket_recvmsg(int fd, struct msghdr *message, int flags)
{
    struct az_socket *socket;
    long result = socket_get(fd, &socket);
    if (result)
        return result;
    result = message_receive(socket, message, flags);
    socket_put(socket);
    return result;
}

long az_sys_recvmsg(int fd, struct msghdr *message, int flags)
{
    return AZ_RESTARTABLE(socket_recvmsg(fd, message, flags));
}

static long socket_sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, unsigned int flags)
{
    struct az_socket *socket;
    long result = socket_get(fd, &socket);
    unsigned done = 0;

    if (result)
        return result;
    for (count = AZ_MIN(count, (unsigned)IOV_MAX); done < count; done++) {
        result = message_send(socket, &messages[done].msg_hdr, (int)flags);
        unsigned sent = (unsigned)result;
        if (result >= 0 && az_user_put(&messages[done].msg_len, &sent))
            result = -EFAULT;
        if (result < 0)
            break;
    }
    socket_put(socket);
    return done ? (long)done : result;
}

long az_sys_sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, unsigned int flags)
{
    return AZ_RESTARTABLE(socket_sendmmsg(fd, messages, count, flags));
}

static long socket_recvmmsg(int fd, struct mmsghdr *messages, unsigned int count, unsigned int flags, struct timespec *timeout)
{
    az_time deadline = AZ_TIME_NEVER;
    struct az_socket *socket;
    struct timespec limit;
    unsigned done = 0;
    long result;

    if (timeout) {
        if (az_user_get(&limit, timeout))
            return -EFAULT;
        if (limit.tv_sec < 0 || limit.tv_nsec < 0 || limit.tv_nsec >= 1000000000)
            return -EINVAL;
        deadline = az_clock_now() + AZ_SECONDS(limit.tv_sec) + limit.tv_nsec;
    }
    result = socket_get(fd, &socket);
    if (result)
        return result;
    while (done < count) {
        result = message_receive(socket, &messages[done].msg_hdr, (int)(flags & ~(unsigned)MSG_WAITFORONE));
        unsigned received = (unsigned)result;
        if (result >= 0 && az_user_put(&messages[done].msg_len, &received))
            result = -EFAULT;
        if (result < 0)
            break;
        done++;
        if (flags & MSG_WAITFORONE)
            flags |= MSG_DONTWAIT;
        if (timeout && az_clock_now() >= deadline)
            break; /* looked at after each message only, as on Linux */
    }
    socket_put(socket);
    return done ? (long)done : result;
}

long az_sys_recvmmsg(int fd, struct mmsghdr *messages, unsigned int count, unsigned int flags, struct timespec *timeout)
{
    return AZ_RESTARTABLE(socket_recvmmsg(fd, messages, count, flags, timeout));
}
