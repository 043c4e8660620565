/*
 * Opening actively: the way to the peer, then the first SYN. A socket that does not block and comes before the image's own address
 * waits for it in SYN-SENT, outside of the table, so that connect() says EINPROGRESS at once as it does on Linux.
 */
#include <errno.h>
#include <fcntl.h>

#include <az/clock.h>

#include "tcp_parts.h"

#define CONNECT_ADDRESS_WAIT AZ_SECONDS(10)
#define CONNECT_ADDRESS_LOOK AZ_MS(10)

static int tcp_send_syn(struct tcp_connection *c, az_time now)
{
    struct tcp_tuple tuple = {.local = c->route.source,
                              .remote = c->route.destination,
                              .local_port = c->bound ? c->node.tuple.local_port : 0,
                              .remote_port = c->node.tuple.remote_port};
    int error;

    if (c->route.broadcast || az_ip4_is_multicast(c->route.destination))
        return -ENETUNREACH;
    if (!tuple.local_port && (error = tcp_pick_port(c, &tuple)))
        return error;
    struct tcp_node *there = tcp_find(&tuple);
    if (there && there->kind == TCP_NODE_TIMEWAIT && !((struct tcp_timewait *)(void *)there)->fin_wait_2)
        tcp_timewait_drop((struct tcp_timewait *)(void *)there);
    else if (there)
        return -EADDRNOTAVAIL;

    c->node.tuple = tuple;
    tcp_insert(&c->node);
    c->hashed = true;
    c->send_initial = c->recover = tcp_initial_sequence(&tuple, now);
    c->send_unacked = c->send_next = c->send_end = c->send_initial;
    error = tcp_queue_control(c, TCP_FLAG_SYN);
    if (!error)
        tcp_output(c, now, true);
    return error;
}

int tcp_connect_start(struct tcp_connection *c, az_ip4 remote, uint16_t remote_port)
{
    az_ip4 source = c->bound ? c->node.tuple.local : AZ_IP4_ANY;
    bool blocks = !(c->socket.file.flags & O_NONBLOCK);
    int error = blocks ? az_ipv4_route_wait(remote, source, &c->route) : az_ipv4_route(remote, source, &c->route);
    bool waits = error == -ENETUNREACH && !blocks && az_ipv4_config_pending();
    az_time now = az_clock_now();

    if (error && !waits)
        return error;
    if (AZ_ON(HAVE_THREADS) && c->state != TCP_CLOSE)
        return -EALREADY; /* another thread connected it while this one waited for an address */
    c->node.tuple.remote = remote;
    c->node.tuple.remote_port = remote_port;
    c->connecting = true;
    c->state = TCP_SYN_SENT;
    c->send_shut = c->receive_shut = false;
    c->tries = 0;
    c->rtt = 0;
    c->rto = TCP_RTO_INITIAL;
    c->mss = TCP_MSS_FALLBACK;
    c->window = c->mss;
    c->congestion = TCP_OPEN;
    c->agreed = (struct tcp_agreement){.receive_scale = tcp_scale_for(c->socket.receive_limit),
                                       .scaling = true,
                                       .timestamps = true,
                                       .sack = true};
    if (waits) {
        c->unanswered_since = now;
        tcp_timer_set(c, TCP_TIMER_SEND, now + CONNECT_ADDRESS_LOOK);
        return 0;
    }
    error = tcp_send_syn(c, now);
    if (error) {
        tcp_done(c, 0);
        c->connecting = c->send_shut = c->receive_shut = false;
    }
    return error;
}

void tcp_connect_continue(struct tcp_connection *c, az_time now)
{
    int error = az_ipv4_route(c->node.tuple.remote, c->bound ? c->node.tuple.local : AZ_IP4_ANY, &c->route);

    if (error == -ENETUNREACH && az_ipv4_config_pending() && now - c->unanswered_since < CONNECT_ADDRESS_WAIT) {
        tcp_timer_set(c, TCP_TIMER_SEND, now + CONNECT_ADDRESS_LOOK);
        return;
    }
    if (!error) {
        c->unanswered_since = 0;
        error = tcp_send_syn(c, now);
    }
    if (error)
        tcp_done(c, error);
}
