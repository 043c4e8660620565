/* Datagrams between the app and the wire. */
#include <errno.h>
#include <poll.h>

#include "udp_parts.h"

/* The destination of a send, and our address and port for it. */
static int udp_route(struct udp_socket *u, const struct sockaddr *address, socklen_t length, struct az_ipv4_route *out,
                     uint16_t *out_port)
{
    const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)address;
    az_ip4 to = u->remote;
    int error;

    *out_port = u->remote_port;
    if (address) {
        if (length < (socklen_t)sizeof(*in))
            return -EINVAL;
        if (in->sin_family != AF_INET)
            return -EAFNOSUPPORT;
        to = in->sin_addr.s_addr;
        *out_port = __builtin_bswap16(in->sin_port);
        if (!*out_port)
            return -EINVAL;
    } else if (!u->remote) {
        return -EDESTADDRREQ;
    }
    error = az_ipv4_route_wait(to, u->local, out);
    if (error)
        return error;
    if (out->broadcast && !(u->socket.options & AZ_SO_BROADCAST))
        return -EACCES;
    return u->local_port ? 0 : udp_bind(u, u->local, 0);
}

/* The app's bytes in one buffer, or in several that go as fragments; room for the UDP header in the first. */
static int udp_gather(const struct iovec *iov, int count, uint32_t bytes, uint32_t mtu, struct az_netbuf **out)
{
    uint32_t part_max = (mtu - (uint32_t)sizeof(struct az_ipv4_header)) & ~7u, done = 0;
    uint32_t header = sizeof(struct udp_header);
    struct az_netbuf **link = out;

    *out = NULL;
    do {
        struct az_netbuf *part = az_netbuf_alloc(AZ_NETBUF_ROOM);
        int error = part ? 0 : -ENOBUFS;
        if (part) {
            uint32_t want = AZ_MIN(bytes - done, AZ_MIN(part_max, AZ_NETBUF_ROOM & ~7u) - header);
            ssize_t copied = want ? az_iov_copy_in(part->data, iov, count, done, want) : 0;
            *link = part;
            link = &part->fragment;
            part->length = want;
            done += want;
            error = copied == (ssize_t)want ? 0 : -EFAULT;
        }
        if (error) {
            az_netbuf_unref(*out);
            return error;
        }
        header = 0;
    } while (done < bytes);
    return 0;
}

ssize_t udp_send(struct az_socket *socket, const struct iovec *iov, int count, int flags, const struct sockaddr *address,
                 socklen_t length)
{
    struct udp_socket *u = udp_of_socket(socket);
    size_t bytes = az_iov_bytes(iov, count);
    struct az_ipv4_route route;
    struct az_netbuf *datagram;
    uint16_t port, checksum;
    int error;

    if (flags & MSG_OOB)
        return -EOPNOTSUPP;
    if (socket->error)
        return az_socket_take_error(socket);
    if (u->send_shut)
        return -EPIPE;
    if (bytes > UDP_DATAGRAM_MAX)
        return -EMSGSIZE;
    error = udp_route(u, address, length, &route, &port);
    if (!error)
        error = udp_gather(iov, count, (uint32_t)bytes, route.mtu, &datagram);
    if (error)
        return error;

    struct udp_header *header = az_netbuf_push(datagram, sizeof(*header));
    uint32_t whole = (uint32_t)(bytes + sizeof(*header));
    header->source = az_be16_of(u->local_port);
    header->destination = az_be16_of(port);
    header->length = az_be16_of((uint16_t)whole);
    __builtin_memset(header->checksum, 0, 2);
    uint32_t sum = az_checksum_pseudo(route.source, route.destination, IPPROTO_UDP, whole);
    if (route.device->offloads & AZ_NETDEV_CHECKSUM_OUT && !datagram->fragment) {
        datagram->flags = AZ_NETBUF_CHECKSUM;
        datagram->checksum_start = 0;
        datagram->checksum_offset = offsetof(struct udp_header, checksum);
        checksum = (uint16_t)~az_checksum_end(sum);
    } else {
        for (const struct az_netbuf *part = datagram; part; part = part->fragment)
            sum = az_checksum_add(sum, part->data, part->length);
        checksum = az_checksum_end(sum);
        if (!checksum)
            checksum = 0xffff; /* 0 would say that there is none */
    }
    __builtin_memcpy(header->checksum, &checksum, 2);
    udp_counters.sent++;
    error = az_ipv4_send(&route, datagram, IPPROTO_UDP, 0, false);
    return error ? error : (ssize_t)bytes;
}

void udp_drop_first(struct udp_socket *u)
{
    struct az_netbuf *datagram = u->first;
    for (const struct az_netbuf *part = datagram; part; part = part->fragment)
        u->queued -= UDP_BUFFER_COST;
    u->first = datagram->next;
    if (!u->first)
        u->end = &u->first;
    az_netbuf_unref(datagram);
}

static ssize_t udp_copy_out(struct az_netbuf *datagram, const struct iovec *iov, int count, uint32_t bytes)
{
    uint32_t done = 0;
    for (const struct az_netbuf *part = datagram; part && done < bytes; part = part->fragment) {
        uint32_t want = AZ_MIN(part->length, bytes - done);
        if (want && az_iov_copy_out(iov, count, done, part->data, want) != (ssize_t)want)
            return -EFAULT;
        done += want;
    }
    return (ssize_t)done;
}

ssize_t udp_receive(struct az_socket *socket, const struct iovec *iov, int count, int flags,
                    struct sockaddr_storage *address, socklen_t *length, int *out_flags)
{
    struct udp_socket *u = udp_of_socket(socket);
    az_time deadline = -1;

    *length = 0;
    if (flags & MSG_OOB)
        return -EINVAL;
    while (!u->first) {
        uint32_t ticket = az_wait_ticket(&socket->file.queue);
        if (socket->error)
            return az_socket_take_error(socket);
        if (u->receive_shut)
            return 0;
        if (deadline < 0)
            deadline = az_socket_deadline(socket, flags, socket->receive_timeout);
        int error = az_socket_wait(socket, ticket, deadline);
        if (error)
            return error;
    }
    struct udp_origin origin = *udp_origin(u->first);
    size_t room = az_iov_bytes(iov, count);
    ssize_t copied = udp_copy_out(u->first, iov, count, (uint32_t)AZ_MIN(room, (size_t)origin.bytes));
    if (!(flags & MSG_PEEK))
        udp_drop_first(u);
    if (copied < 0)
        return copied;
    struct sockaddr_in *in = (struct sockaddr_in *)(void *)address;
    *in = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = __builtin_bswap16(origin.port)};
    in->sin_addr.s_addr = origin.address;
    *length = sizeof(*in);
    if (origin.bytes > room)
        *out_flags |= MSG_TRUNC;
    return flags & MSG_TRUNC ? (ssize_t)origin.bytes : copied;
}
