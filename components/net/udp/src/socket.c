/* SOCK_DGRAM over IPv4: made, bound, connected, named, closed. */
#include <errno.h>
#include <poll.h>

#include <az/clock.h>
#include <az/heap.h>
#include <az/machine.h>
#include <az/self.h>

#include "udp_parts.h"

static int udp_check_address(const struct sockaddr *address, socklen_t length)
{
    if (length < (socklen_t)sizeof(struct sockaddr_in))
        return -EINVAL;
    return address->sa_family == AF_INET ? 0 : -EAFNOSUPPORT;
}

static int udp_bind_call(struct az_socket *socket, const struct sockaddr *address, socklen_t length)
{
    struct udp_socket *u = udp_of_socket(socket);
    const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)address;
    int error = udp_check_address(address, length);

    if (error)
        return error;
    if (u->local_port)
        return -EINVAL;
    az_ip4 local = in->sin_addr.s_addr;
    if (local && local != AZ_IP4_BROADCAST && !az_ipv4_is_local(local)) {
        error = az_ipv4_wait_address(az_clock_now() + AZ_SECONDS(10)); /* one of ours may be on its way */
        if (error && error != -ENETUNREACH)
            return error;
        if (!az_ipv4_is_local(local))
            return -EADDRNOTAVAIL;
    }
    error = udp_bind(u, local, __builtin_bswap16(in->sin_port));
    if (error)
        return error;
    u->address_chosen = local != 0;
    u->announced = in->sin_port && !az_ip4_is_loopback(local);
    if (u->announced)
        az_link_listen("udp", u->local_port);
    return 0;
}

static int udp_connect_call(struct az_socket *socket, const struct sockaddr *address, socklen_t length)
{
    struct udp_socket *u = udp_of_socket(socket);
    const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)address;
    struct az_ipv4_route route;
    int error;

    if (length >= (socklen_t)sizeof(address->sa_family) && address->sa_family == AF_UNSPEC) {
        u->remote = 0;
        u->remote_port = 0;
        if (!u->address_chosen)
            u->local = 0;
        return 0;
    }
    error = udp_check_address(address, length);
    if (!error)
        error = az_ipv4_route_wait(in->sin_addr.s_addr, u->address_chosen ? u->local : AZ_IP4_ANY, &route);
    if (error)
        return error;
    if (route.broadcast && !(socket->options & AZ_SO_BROADCAST))
        return -EACCES;
    if (!u->local_port && (error = udp_bind(u, route.source, 0)))
        return error;
    u->local = route.source;
    u->remote = route.destination;
    u->remote_port = __builtin_bswap16(in->sin_port);
    return 0;
}

static int udp_shutdown(struct az_socket *socket, int how)
{
    struct udp_socket *u = udp_of_socket(socket);
    u->receive_shut |= how != SHUT_WR;
    u->send_shut |= how != SHUT_RD;
    az_wake(&socket->file.queue, POLLIN | POLLRDNORM | POLLRDHUP | POLLOUT);
    return u->remote ? 0 : -ENOTCONN; /* both, as on Linux: it tells, and takes effect */
}

static int udp_name(struct az_socket *socket, bool peer, struct sockaddr_storage *out, socklen_t *out_length)
{
    struct udp_socket *u = udp_of_socket(socket);
    struct sockaddr_in *in = (struct sockaddr_in *)(void *)out;

    if (peer && !u->remote)
        return -ENOTCONN;
    *in = (struct sockaddr_in){.sin_family = AF_INET};
    in->sin_addr.s_addr = peer ? u->remote : u->local;
    in->sin_port = __builtin_bswap16(peer ? u->remote_port : u->local_port);
    *out_length = sizeof(*in);
    return 0;
}

static uint32_t udp_poll(struct az_socket *socket)
{
    struct udp_socket *u = udp_of_socket(socket);
    uint32_t bits = POLLOUT | POLLWRNORM;

    if (socket->error)
        bits |= POLLERR;
    if (u->first || u->receive_shut)
        bits |= POLLIN | POLLRDNORM;
    if (u->receive_shut)
        bits |= POLLRDHUP | (u->send_shut ? POLLHUP : 0);
    return bits;
}

static int udp_queued(struct az_socket *socket, bool outgoing)
{
    struct udp_socket *u = udp_of_socket(socket);
    return outgoing || !u->first ? 0 : (int)udp_origin(u->first)->bytes;
}

static void udp_close(struct az_socket *socket)
{
    struct udp_socket *u = udp_of_socket(socket);
    if (u->announced)
        az_link_unlisten("udp", u->local_port);
    udp_unbind(u);
    while (u->first)
        udp_drop_first(u);
    udp_counters.sockets--;
    az_heap_free(u, sizeof(*u));
}

/* What no system call of the image can reach is left out of it. */
static const struct az_socket_ops udp_socket_ops = {
    .bind = AZ_ON(SYS_bind) ? udp_bind_call : NULL,
    .connect = AZ_ON(SYS_connect) ? udp_connect_call : NULL,
    .send = udp_send,
    .receive = udp_receive,
    .shutdown = AZ_ON(SYS_shutdown) ? udp_shutdown : NULL,
    .name = AZ_ON(SYS_getsockname) || AZ_ON(SYS_getpeername) ? udp_name : NULL,
    .poll = AZ_FILE_POLLS ? udp_poll : NULL,
    .queued = AZ_ON(SYS_ioctl) ? udp_queued : NULL,
    .close = udp_close,
};

static int udp_create(struct az_socket **out)
{
    struct udp_socket *u = az_heap_zalloc(sizeof(*u));
    if (!u)
        return -ENOBUFS;
    az_socket_init(&u->socket, &udp_socket_ops, AF_INET, SOCK_DGRAM, IPPROTO_UDP, CONFIG_NET_UDP_RECEIVE_BUFFER,
                   CONFIG_NET_UDP_RECEIVE_BUFFER);
    u->end = &u->first;
    udp_counters.sockets++;
    *out = &u->socket;
    return 0;
}

int az_udp_init(void)
{
    static struct az_ipv4_protocol protocol = {.number = IPPROTO_UDP, .input = udp_input, .error = udp_error};
    static struct az_socket_family family = {
        .family = AF_INET, .type = SOCK_DGRAM, .protocol = IPPROTO_UDP, .create = udp_create};
    az_ipv4_attach(&protocol);
    az_socket_family_register(&family);
    return 0;
}
