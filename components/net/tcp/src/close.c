/* The app's end of a connection: shutdown(), close(), SO_LINGER. */
#include <errno.h>
#include <poll.h>

#include <az/clock.h>
#include <az/machine.h>

#include "tcp_parts.h"

static void tcp_stop_listening(struct tcp_connection *c)
{
    if (!az_ip4_is_loopback(c->node.tuple.local))
        az_link_unlisten("tcp", c->node.tuple.local_port);
    tcp_listener_close(c);
    tcp_unbind(c);
    c->state = TCP_CLOSE;
    c->socket.options &= ~AZ_SO_LISTENING;
}

/* Sends a FIN behind what is queued. */
static void tcp_finish_sending(struct tcp_connection *c)
{
    if (c->send_shut)
        return;
    if (tcp_queue_control(c, TCP_FLAG_FIN)) {
        tcp_abort(c, -ENOBUFS);
        return;
    }
    c->send_shut = true;
    c->state = c->state == TCP_CLOSE_WAIT ? TCP_LAST_ACK : TCP_FIN_WAIT1;
    c->cork = c->more = false;
    tcp_output(c, az_clock_now(), true);
}

int tcp_shutdown(struct az_socket *socket, int how)
{
    struct tcp_connection *c = tcp_of_socket(socket);

    if (TCP_LISTENS && c->state == TCP_LISTEN && how != SHUT_WR) {
        tcp_stop_listening(c);
        az_wake(&socket->file.queue, POLLIN | POLLHUP);
        return 0;
    }
    if (c->state == TCP_CLOSE || c->state == TCP_LISTEN)
        return -ENOTCONN;
    if (c->state == TCP_SYN_SENT) {
        tcp_abort(c, 0);
        return 0;
    }
    if (how != SHUT_WR)
        c->receive_shut = true;
    if (how != SHUT_RD)
        tcp_finish_sending(c);
    az_wake(&socket->file.queue, POLLIN | POLLRDNORM | POLLRDHUP | POLLOUT | (c->send_shut && c->receive_shut ? POLLHUP : 0));
    return 0;
}

static void tcp_linger(struct tcp_connection *c)
{
    az_time deadline = az_clock_now() + AZ_SECONDS(c->socket.linger_s);
    for (;;) {
        uint32_t ticket = az_wait_ticket(&c->socket.file.queue);
        if (c->state == TCP_CLOSE || c->send_unacked == c->send_end ||
            az_wait(&c->socket.file.queue, ticket, deadline, AZ_WAIT_SIGNALS))
            return;
    }
}

void tcp_close(struct az_socket *socket)
{
    struct tcp_connection *c = tcp_of_socket(socket);

    if (TCP_LISTENS && c->state == TCP_LISTEN)
        tcp_stop_listening(c);
    tcp_hold(c);
    if (c->state != TCP_CLOSE) {
        if (c->receive_bytes || socket->linger_s == 0)
            tcp_abort(c, 0); /* RFC 2525, 2.17: what was not read is lost, and the peer is told */
        else if (c->state == TCP_SYN_SENT)
            tcp_done(c, 0);
        else
            tcp_finish_sending(c);
        if (socket->linger_s > 0)
            tcp_linger(c);
    }
    c->orphan = true;
    tcp_receive_queue_free(c);
    tcp_unbind(c);
    if (c->state == TCP_FIN_WAIT2) {
        tcp_timewait_enter(c, az_clock_now());
    } else if (c->state != TCP_CLOSE) {
        c->orphan_mark = c->send_unacked;
        tcp_timer_set(c, TCP_TIMER_LIFE, az_clock_now() + TCP_ORPHAN_TIME);
    }
    tcp_release(c);
}
