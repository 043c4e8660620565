/* The life of a connection's record: made, opened, done, freed. */
#include <errno.h>
#include <poll.h>

#include <az/clock.h>
#include <az/heap.h>

#include "tcp_parts.h"

struct tcp_connection *tcp_connection_new(void)
{
    struct tcp_connection *c = az_heap_zalloc(sizeof(*c));
    if (!c)
        return NULL;
    az_socket_init(&c->socket, &tcp_socket_ops, AF_INET, SOCK_STREAM, IPPROTO_TCP, CONFIG_NET_TCP_RECEIVE_BUFFER,
                   CONFIG_NET_TCP_SEND_BUFFER);
    c->node.kind = TCP_NODE_CONNECTION;
    c->state = TCP_CLOSE;
    c->rto = TCP_RTO_INITIAL;
    c->timer.expired = tcp_timer_expired;
    c->timer_at = AZ_TIME_NEVER;
    for (unsigned i = 0; i < TCP_TIMERS; i++)
        c->deadlines[i] = AZ_TIME_NEVER;
    c->keep_idle_s = 7200; /* RFC 9293, 3.8.4, and Linux */
    c->keep_interval_s = 75;
    c->keep_count = 9;
    tcp_stack()->counters.connections++;
    return c;
}

void tcp_set_mss(struct tcp_connection *c)
{
    uint32_t mss = AZ_MIN(c->agreed.peer_mss, c->route.mtu - 40u);
    mss = AZ_MIN(mss, AZ_NETBUF_ROOM);
    if (c->agreed.timestamps)
        mss -= TCP_TIMESTAMP_BYTES;
    c->mss = (uint16_t)mss;
}

void tcp_established(struct tcp_connection *c, az_time now)
{
    tcp_set_mss(c);
    c->state = TCP_ESTABLISHED;
    c->heard = c->timestamp_at = now;
    c->congestion = TCP_OPEN;
    /* RFC 6928, unless the SYN was lost */
    c->window = c->tries ? c->mss : AZ_MIN(10u * c->mss, AZ_MAX(2u * c->mss, 14600u));
    c->threshold = UINT32_MAX;
    c->tries = 0;
    c->send_window_max = c->send_window;
    tcp_keepalive_start(c);
}

void tcp_hold(struct tcp_connection *c)
{
    c->holds++;
}

void tcp_release(struct tcp_connection *c)
{
    if (--c->holds == 0 && c->orphan && c->state == TCP_CLOSE)
        tcp_free(c);
}

void tcp_free(struct tcp_connection *c)
{
    AZ_ASSERT(!c->hashed && !c->bound && !c->send_first && !c->receive_first && !c->early);
    tcp_stack()->counters.connections--;
    az_heap_free(c, sizeof(*c));
}

void tcp_done(struct tcp_connection *c, int error)
{
    if (error && !c->socket.error)
        c->socket.error = error;
    if (c->timer_at != AZ_TIME_NEVER)
        az_timer_cancel(&c->timer);
    c->timer_at = AZ_TIME_NEVER;
    for (unsigned i = 0; i < TCP_TIMERS; i++)
        c->deadlines[i] = AZ_TIME_NEVER;
    if (c->hashed) {
        tcp_remove(&c->node);
        c->hashed = false;
    }
    tcp_send_queue_free(c);
    if (c->orphan)
        tcp_receive_queue_free(c);
    c->state = TCP_CLOSE;
    c->send_shut = c->receive_shut = true;
    if (c->orphan) {
        tcp_unbind(c);
        if (!c->holds)
            tcp_free(c);
        return;
    }
    az_wake(&c->socket.file.queue, POLLIN | POLLRDNORM | POLLRDHUP | POLLOUT | POLLWRNORM | POLLHUP | (error ? POLLERR : 0));
}

void tcp_abort(struct tcp_connection *c, int error)
{
    if (c->state != TCP_CLOSE && c->state != TCP_SYN_SENT && c->state != TCP_LISTEN)
        tcp_send_reset(c);
    tcp_done(c, error);
}
