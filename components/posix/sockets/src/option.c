/* Options of level SOL_SOCKET, whose values lie in struct az_socket; other levels are the family's. */
#include <errno.h>
#include <sys/time.h>

#include <az/self.h>

#include "sockets_parts.h"

#define OPTION_BYTES_MAX 256u
#define BUFFER_BYTES_MAX 212992 /* Linux's net.core.rmem_max */

static uint32_t option_bit(int option)
{
    switch (option) {
    case SO_REUSEADDR:
        return AZ_SO_REUSEADDR;
    case SO_REUSEPORT:
        return AZ_SO_REUSEPORT;
    case SO_KEEPALIVE:
        return AZ_SO_KEEPALIVE;
    case SO_BROADCAST:
        return AZ_SO_BROADCAST;
    case SO_ACCEPTCONN:
        return AZ_SO_LISTENING;
    }
    return 0;
}

static int set_timeout(az_time *out, const void *value, unsigned bytes)
{
    struct timeval time;
    if (bytes < sizeof(time))
        return -EINVAL;
    __builtin_memcpy(&time, value, sizeof(time));
    if (time.tv_usec < 0 || time.tv_usec >= 1000000)
        return -EDOM;
    if (time.tv_sec < 0)
        *out = 1; /* as on Linux: gives up at once */
    else
        *out = time.tv_sec > INT32_MAX ? 0 : AZ_SECONDS(time.tv_sec) + (az_time)time.tv_usec * 1000;
    return 0;
}

static int set_linger(struct az_socket *socket, const void *value, unsigned bytes)
{
    struct linger linger;
    if (bytes < sizeof(linger))
        return -EINVAL;
    __builtin_memcpy(&linger, value, sizeof(linger));
    socket->linger_s = linger.l_onoff ? AZ_MAX(linger.l_linger, 0) : -1;
    return 0;
}

int socket_set_option(struct az_socket *socket, int option, const void *value, unsigned bytes)
{
    uint32_t bit = option_bit(option), buffer;
    int number;

    if (option == SO_RCVTIMEO)
        return set_timeout(&socket->receive_timeout, value, bytes);
    if (option == SO_SNDTIMEO)
        return set_timeout(&socket->send_timeout, value, bytes);
    if (option == SO_LINGER)
        return set_linger(socket, value, bytes);
    if (bytes < sizeof(number))
        return -EINVAL;
    __builtin_memcpy(&number, value, sizeof(number));
    buffer = (uint32_t)AZ_MAX(AZ_MIN(number, BUFFER_BYTES_MAX), (int)AZ_SOCKET_BUFFER_MIN);
    if (option == SO_RCVBUF)
        socket->receive_limit = buffer;
    else if (option == SO_SNDBUF)
        socket->send_limit = buffer;
    else if (bit && bit != AZ_SO_LISTENING)
        socket->options = number ? socket->options | bit : socket->options & ~bit;
    else
        return -ENOPROTOOPT;
    if (socket->ops->option_changed)
        socket->ops->option_changed(socket, option);
    return 0;
}

static int get_timeout(az_time time, void *out, socklen_t *inout_bytes)
{
    struct timeval value = {.tv_sec = (time_t)(time / 1000000000), .tv_usec = (suseconds_t)(time % 1000000000 / 1000)};
    *inout_bytes = AZ_MIN(*inout_bytes, (socklen_t)sizeof(value));
    __builtin_memcpy(out, &value, *inout_bytes);
    return 0;
}

int socket_get_option(struct az_socket *socket, int option, void *out, socklen_t *inout_bytes)
{
    uint32_t bit = option_bit(option);
    int number;

    switch (option) {
    case SO_RCVTIMEO:
        return get_timeout(socket->receive_timeout, out, inout_bytes);
    case SO_SNDTIMEO:
        return get_timeout(socket->send_timeout, out, inout_bytes);
    case SO_LINGER: {
        struct linger linger = {socket->linger_s >= 0, AZ_MAX(socket->linger_s, 0)};
        *inout_bytes = AZ_MIN(*inout_bytes, (socklen_t)sizeof(linger));
        __builtin_memcpy(out, &linger, *inout_bytes);
        return 0;
    }
    case SO_ERROR:
        number = -az_socket_take_error(socket);
        break;
    case SO_TYPE:
        number = socket->type;
        break;
    case SO_DOMAIN:
        number = socket->family;
        break;
    case SO_PROTOCOL:
        number = socket->protocol;
        break;
    case SO_RCVBUF: /* twice what was set, as on Linux, which counts its own records */
        number = (int)socket->receive_limit * 2;
        break;
    case SO_SNDBUF:
        number = (int)socket->send_limit * 2;
        break;
    case SO_RCVLOWAT:
    case SO_SNDLOWAT:
        number = 1;
        break;
    default:
        if (!bit)
            return -ENOPROTOOPT;
        number = (socket->options & bit) != 0;
    }
    *inout_bytes = AZ_MIN(*inout_bytes, (socklen_t)sizeof(number));
    __builtin_memcpy(out, &number, *inout_bytes);
    return 0;
}

long az_sys_setsockopt(int fd, int level, int option, const void *value, unsigned int value_length)
{
    uint8_t copy[OPTION_BYTES_MAX];
    struct az_socket *socket;
    int error = socket_get(fd, &socket);

    if (error)
        return error;
    if (value_length > sizeof(copy))
        error = -EINVAL;
    else if (az_user_copy_in(copy, value, value_length))
        error = -EFAULT;
    else if (level == SOL_SOCKET)
        error = socket_set_option(socket, option, copy, value_length);
    else
        error = socket->ops->set_option ? socket->ops->set_option(socket, level, option, copy, value_length) : -ENOPROTOOPT;
    socket_put(socket);
    return error;
}

long az_sys_getsockopt(int fd, int level, int option, void *value, unsigned int *value_length)
{
    uint8_t copy[OPTION_BYTES_MAX];
    struct az_socket *socket;
    socklen_t bytes;
    int error = socket_get(fd, &socket);

    if (error)
        return error;
    if (az_user_get(&bytes, value_length)) {
        error = -EFAULT;
    } else if ((int)bytes < 0) {
        error = -EINVAL;
    } else {
        bytes = AZ_MIN(bytes, (socklen_t)sizeof(copy));
        if (level == SOL_SOCKET)
            error = socket_get_option(socket, option, copy, &bytes);
        else
            error = socket->ops->get_option ? socket->ops->get_option(socket, level, option, copy, &bytes) : -ENOPROTOOPT;
        if (!error && (az_user_copy_out(value, copy, bytes) || az_user_put(value_length, &bytes)))
            error = -EFAULT;
    }
    socket_put(socket);
    return error;
}
