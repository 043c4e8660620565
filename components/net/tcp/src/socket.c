/* SOCK_STREAM over IPv4: bind, listen, accept, connect, names, readiness. */
#include <errno.h>
#include <poll.h>

#include <az/clock.h>
#include <az/machine.h>
#include <az/self.h>

#include "tcp_parts.h"

static int tcp_create(struct az_socket **out)
{
    struct tcp_connection *c = tcp_connection_new();
    if (!c)
        return -ENOBUFS;
    *out = &c->socket;
    return 0;
}

static int tcp_check_address(const struct sockaddr *address, socklen_t length)
{
    if (length < (socklen_t)sizeof(struct sockaddr_in))
        return -EINVAL;
    return address->sa_family == AF_INET ? 0 : -EAFNOSUPPORT;
}

static int tcp_bind_call(struct az_socket *socket, const struct sockaddr *address, socklen_t length)
{
    struct tcp_connection *c = tcp_of_socket(socket);
    const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)address;
    int error = tcp_check_address(address, length);

    if (error)
        return error;
    if (c->bound || c->state != TCP_CLOSE)
        return -EINVAL;
    az_ip4 local = in->sin_addr.s_addr;
    if (local && !az_ipv4_is_local(local)) {
        /* An address of our own may be on its way. */
        error = az_ipv4_wait_address(az_clock_now() + AZ_SECONDS(10));
        if (error == -EINTR)
            return error;
        if (!az_ipv4_is_local(local))
            return -EADDRNOTAVAIL;
    }
    struct tcp_tuple tuple = {.local = local, .local_port = __builtin_bswap16(in->sin_port)};
    if (tuple.local_port ? tcp_port_taken(c, local, tuple.local_port) : tcp_pick_port(c, &tuple) != 0)
        return -EADDRINUSE;
    tcp_bind(c, local, tuple.local_port);
    return 0;
}

static int tcp_listen_call(struct az_socket *socket, int backlog)
{
    struct tcp_connection *c = tcp_of_socket(socket);

    c->backlog = (uint32_t)AZ_MIN(AZ_MAX(backlog, 0), CONFIG_NET_TCP_BACKLOG);
    if (c->state == TCP_LISTEN)
        return 0;
    if (c->state != TCP_CLOSE)
        return -EINVAL;
    if (!c->bound) {
        struct tcp_tuple tuple = {0};
        if (tcp_pick_port(c, &tuple))
            return -EADDRINUSE;
        tcp_bind(c, AZ_IP4_ANY, tuple.local_port);
    }
    if (!(socket->options & AZ_SO_REUSEPORT) && tcp_find_listener(&c->node.tuple))
        return -EADDRINUSE;
    c->state = TCP_LISTEN;
    c->accept_end = &c->accept_first;
    socket->options |= AZ_SO_LISTENING;
    if (!az_ip4_is_loopback(c->node.tuple.local))
        az_link_listen("tcp", c->node.tuple.local_port);
    return 0;
}

static int tcp_accept_call(struct az_socket *socket, struct az_socket **out)
{
    struct tcp_connection *c = tcp_of_socket(socket);
    az_time deadline = -1;

    for (;;) {
        uint32_t ticket = az_wait_ticket(&socket->file.queue);
        if (c->state != TCP_LISTEN)
            return -EINVAL;
        if (c->accept_first)
            break;
        if (deadline < 0)
            deadline = az_socket_deadline(socket, 0, socket->receive_timeout);
        int error = az_socket_wait(socket, ticket, deadline);
        if (error)
            return error;
    }
    struct tcp_connection *accepted = c->accept_first;
    c->accept_first = accepted->accept_next;
    if (!c->accept_first)
        c->accept_end = &c->accept_first;
    c->accept_count--;
    *out = &accepted->socket;
    return 0;
}

static int tcp_connect_call(struct az_socket *socket, const struct sockaddr *address, socklen_t length)
{
    struct tcp_connection *c = tcp_of_socket(socket);
    bool started = false;
    az_time deadline = -1;
    int error;

    if (length >= (socklen_t)sizeof(address->sa_family) && address->sa_family == AF_UNSPEC) {
        if (c->state == TCP_LISTEN)
            return -EISCONN;
        tcp_abort(c, 0);
        c->send_shut = c->receive_shut = c->connecting = false;
        tcp_receive_queue_free(c);
        return 0;
    }
    error = tcp_check_address(address, length);
    if (error)
        return error;
    if (c->state == TCP_LISTEN)
        return -EISCONN;
    if (c->state == TCP_CLOSE && !c->connecting) {
        const struct sockaddr_in *to = (const struct sockaddr_in *)(const void *)address;
        error = tcp_connect_start(c, to->sin_addr.s_addr, __builtin_bswap16(to->sin_port));
        if (error)
            return error;
        started = true;
    } else if (!c->connecting) {
        return c->state == TCP_CLOSE ? -ECONNABORTED : -EISCONN;
    }
    for (;;) {
        uint32_t ticket = az_wait_ticket(&socket->file.queue);
        if (c->state != TCP_SYN_SENT && c->state != TCP_SYN_RECV)
            break;
        if (deadline < 0)
            deadline = az_socket_deadline(socket, 0, socket->send_timeout);
        error = az_socket_wait(socket, ticket, deadline);
        if (error == -EAGAIN)
            return started ? -EINPROGRESS : -EALREADY;
        if (error)
            return error;
    }
    c->connecting = false;
    if (c->state != TCP_CLOSE)
        return 0;
    c->send_shut = c->receive_shut = false; /* may be tried again */
    error = az_socket_take_error(socket);
    return error ? error : -ECONNABORTED;
}

static int tcp_name(struct az_socket *socket, bool peer, struct sockaddr_storage *out, socklen_t *out_length)
{
    struct tcp_connection *c = tcp_of_socket(socket);
    struct sockaddr_in *in = (struct sockaddr_in *)(void *)out;

    if (peer && (c->state == TCP_CLOSE || c->state == TCP_LISTEN || c->state == TCP_SYN_SENT))
        return -ENOTCONN;
    *in = (struct sockaddr_in){.sin_family = AF_INET};
    in->sin_addr.s_addr = peer ? c->node.tuple.remote : c->node.tuple.local;
    in->sin_port = __builtin_bswap16(peer ? c->node.tuple.remote_port : c->node.tuple.local_port);
    *out_length = sizeof(*in);
    return 0;
}

static uint32_t tcp_poll(struct az_socket *socket)
{
    struct tcp_connection *c = tcp_of_socket(socket);
    uint32_t bits = socket->error ? POLLERR : 0;

    if (c->state == TCP_LISTEN)
        return bits | (c->accept_first ? POLLIN | POLLRDNORM : 0);
    if (c->state == TCP_CLOSE || (c->send_shut && c->receive_shut))
        bits |= POLLHUP;
    if (c->receive_shut)
        bits |= POLLIN | POLLRDNORM | POLLRDHUP;
    if (c->receive_bytes)
        bits |= POLLIN | POLLRDNORM;
    if (c->state != TCP_SYN_SENT && c->state != TCP_SYN_RECV &&
        (c->send_shut || c->state == TCP_CLOSE || tcp_send_room(c) >= socket->send_limit / 3))
        bits |= POLLOUT | POLLWRNORM;
    return bits;
}

static int tcp_queued(struct az_socket *socket, bool outgoing)
{
    struct tcp_connection *c = tcp_of_socket(socket);
    if (c->state == TCP_LISTEN)
        return -EINVAL;
    return (int)(outgoing ? c->send_end - c->send_unacked : c->receive_bytes);
}

/* What no system call of the image can reach is left out of it. */
const struct az_socket_ops tcp_socket_ops = {
    .bind = AZ_ON(SYS_bind) ? tcp_bind_call : NULL,
    .listen = TCP_LISTENS ? tcp_listen_call : NULL,
    .accept = AZ_ON(SYS_accept) || AZ_ON(SYS_accept4) ? tcp_accept_call : NULL,
    .connect = TCP_CONNECTS ? tcp_connect_call : NULL,
    .send = tcp_send,
    .receive = tcp_recv,
    .shutdown = AZ_ON(SYS_shutdown) ? tcp_shutdown : NULL,
    .name = tcp_name,
    .set_option = AZ_ON(SYS_setsockopt) ? tcp_set_option : NULL,
    .get_option = AZ_ON(SYS_getsockopt) ? tcp_get_option : NULL,
    .option_changed = AZ_ON(SYS_setsockopt) ? tcp_option_changed : NULL,
    .poll = AZ_FILE_POLLS ? tcp_poll : NULL,
    .queued = AZ_ON(SYS_ioctl) ? tcp_queued : NULL,
    .close = tcp_close,
};

/* What ICMP and ARP tell of segments of ours (RFC 5927: only when the quoted sequence number is in flight). */
static void tcp_error(const struct az_ipv4_error *error)
{
    const struct tcp_header *header = (const struct tcp_header *)(const void *)error->payload;
    struct tcp_tuple tuple = {error->source, error->destination, az_be16_get(header->source),
                              az_be16_get(header->destination)};
    struct tcp_node *node = tcp_find(&tuple);
    uint32_t sequence = az_be32_get(header->sequence);

    if (!node || node->kind != TCP_NODE_CONNECTION)
        return;
    struct tcp_connection *c = tcp_of_node(node);
    if (tcp_before(sequence, c->send_unacked) || tcp_after(sequence, c->send_next))
        return;
    if (error->error == -EMSGSIZE) {
        if (error->mtu >= 552 && error->mtu < c->route.mtu) { /* less is an attack, not a path */
            c->route.mtu = error->mtu;
            tcp_set_mss(c);
            for (struct az_netbuf *b = c->send_first; b && b != c->send_unsent; b = tcp_segment(b)->next)
                tcp_segment(b)->marks = TCP_MARK_LOST;
            c->congestion = TCP_LOSS;
            c->recover = c->send_next;
            tcp_output(c, az_clock_now(), false);
        }
    } else if (TCP_CONNECTS && c->state == TCP_SYN_SENT) {
        tcp_done(c, error->error);
    }
}

int az_tcp_init(void)
{
    static struct az_ipv4_protocol protocol = {.number = IPPROTO_TCP, .input = tcp_input, .error = tcp_error};
    static struct az_socket_family family = {
        .family = AF_INET, .type = SOCK_STREAM, .protocol = IPPROTO_TCP, .create = tcp_create};
    az_ipv4_attach(&protocol);
    az_socket_family_register(&family);
    return 0;
}
