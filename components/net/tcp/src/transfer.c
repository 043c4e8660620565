/* send() and recv(): between the app's memory and the queues of a connection. */
#include <errno.h>
#include <poll.h>

#include <az/clock.h>
#include <az/user.h>

#include "tcp_parts.h"

/* A place in a list of pieces of the app's memory. */
struct cursor {
    const struct iovec *iov;
    int count;
    size_t offset;
};

/* The piece at the place, empty ones skipped; NULL at the end. */
static uint8_t *cursor_piece(struct cursor *at, uint32_t *out_bytes)
{
    while (at->count && at->offset >= at->iov->iov_len) {
        at->iov++;
        at->count--;
        at->offset = 0;
    }
    if (!at->count)
        return NULL;
    *out_bytes = (uint32_t)AZ_MIN(at->iov->iov_len - at->offset, (size_t)INT32_MAX);
    return (uint8_t *)at->iov->iov_base + at->offset;
}

/* What a sender is told before anything else; 0: go on. */
static int tcp_send_state(struct tcp_connection *c)
{
    if (c->socket.error)
        return az_socket_take_error(&c->socket);
    if (c->send_shut || c->state == TCP_CLOSE || c->state == TCP_LISTEN)
        return -EPIPE;
    return 0;
}

static bool tcp_may_send(const struct tcp_connection *c)
{
    return c->state == TCP_ESTABLISHED || c->state == TCP_CLOSE_WAIT;
}

ssize_t tcp_send(struct az_socket *socket, const struct iovec *iov, int count, int flags,
                 const struct sockaddr *address, socklen_t length)
{
    struct tcp_connection *c = tcp_of_socket(socket);
    struct cursor at = {iov, count, 0};
    az_time deadline = -1;
    ssize_t sent = 0;
    uint32_t bytes;
    uint8_t *piece;
    int error = 0;

    (void)address, (void)length; /* ignored on a connected stream, as on Linux */
    if (flags & MSG_OOB)
        return -EOPNOTSUPP;
    error = tcp_send_state(c);
    while (!error && (piece = cursor_piece(&at, &bytes))) {
        uint32_t ticket = az_wait_ticket(&socket->file.queue), taken = 0;
        if (tcp_may_send(c)) {
            error = tcp_queue_data(c, piece, bytes, &taken);
            at.offset += taken;
            sent += taken;
            if (error == -ENOBUFS && c->send_unacked != c->send_next)
                error = 0; /* acknowledged data will make room */
            if (error || taken == bytes)
                continue;
            tcp_output(c, az_clock_now(), false);
        }
        if (deadline < 0)
            deadline = az_socket_deadline(socket, flags, socket->send_timeout);
        error = az_socket_wait(socket, ticket, deadline);
        if (!error)
            error = tcp_send_state(c);
    }
    c->more = flags & MSG_MORE;
    if (sent && tcp_may_send(c))
        tcp_output(c, az_clock_now(), false);
    return sent ? sent : error;
}

/* Copies up to `want` bytes, from `skip` on, to the place; takes them off the queue when `consume`. */
static ssize_t tcp_copy_out(struct tcp_connection *c, struct cursor *to, uint32_t want, uint32_t skip, bool consume,
                            bool discard)
{
    struct az_netbuf *buffer = c->receive_first;
    uint32_t copied = 0;

    while (buffer && skip >= buffer->length) {
        skip -= buffer->length;
        buffer = buffer->next;
    }
    while (buffer && copied < want) {
        uint32_t room, part;
        uint8_t *piece = cursor_piece(to, &room);
        part = AZ_MIN(AZ_MIN(want - copied, buffer->length - skip), room);
        if (!discard && az_user_copy_out(piece, buffer->data + skip, part))
            return copied ? (ssize_t)copied : -EFAULT;
        to->offset += part;
        copied += part;
        if (!consume) {
            skip += part;
            if (skip == buffer->length) {
                buffer = buffer->next;
                skip = 0;
            }
            continue;
        }
        az_netbuf_pull(buffer, part);
        c->receive_bytes -= part;
        if (!buffer->length) {
            c->receive_first = buffer->next;
            if (!c->receive_first)
                c->receive_last = NULL;
            az_netbuf_unref(buffer);
            buffer = c->receive_first;
        }
    }
    return (ssize_t)copied;
}

/* With nothing to read: 0 to wait, 1 at the end of the stream, or an error. */
static int tcp_receive_state(struct tcp_connection *c)
{
    if (c->socket.error)
        return az_socket_take_error(&c->socket);
    if (c->receive_shut)
        return 1;
    if (c->state == TCP_CLOSE || c->state == TCP_LISTEN)
        return -ENOTCONN;
    return 0;
}

ssize_t tcp_recv(struct az_socket *socket, const struct iovec *iov, int count, int flags,
                 struct sockaddr_storage *address, socklen_t *length, int *out_flags)
{
    struct tcp_connection *c = tcp_of_socket(socket);
    struct cursor at = {iov, count, 0};
    bool consume = !(flags & MSG_PEEK);
    az_time deadline = -1;
    size_t want = 0;
    ssize_t received = 0;

    (void)address, (void)out_flags;
    *length = 0; /* a stream's peer is known */
    if (flags & MSG_OOB)
        return -EINVAL;
    for (int i = 0; i < count; i++)
        want += iov[i].iov_len;
    while ((size_t)received < want) {
        uint32_t ticket = az_wait_ticket(&socket->file.queue);
        uint32_t skip = consume ? 0 : (uint32_t)received;
        if (c->receive_bytes > skip) {
            uint32_t most = (uint32_t)AZ_MIN(want - (size_t)received, (size_t)INT32_MAX);
            ssize_t part = tcp_copy_out(c, &at, most, skip, consume, flags & MSG_TRUNC);
            if (part < 0)
                return received ? received : part;
            received += part;
            if (consume)
                tcp_window_opened(c);
            if (!(flags & MSG_WAITALL))
                break;
            continue;
        }
        if (received && !(flags & MSG_WAITALL))
            break;
        int error = tcp_receive_state(c);
        if (!error) {
            if (deadline < 0)
                deadline = az_socket_deadline(socket, flags, socket->receive_timeout);
            error = az_socket_wait(socket, ticket, deadline);
        }
        if (error)
            return received || error > 0 ? received : error;
    }
    return received;
}
