/*
 * Listening: a SYN makes a request of 100 bytes, the ACK that completes the handshake makes a connection of it. When a listener
 * has CONFIG_NET_TCP_REQUESTS requests open, further SYNs are answered by cookies and cost nothing.
 */
#include <errno.h>
#include <poll.h>

#include <az/clock.h>
#include <az/heap.h>

#include "tcp_parts.h"

uint8_t tcp_scale_for(uint32_t limit)
{
    uint8_t scale = 0;
    while (scale < TCP_WINDOW_SCALE_MAX && limit >> scale > 65535)
        scale++;
    return scale;
}

static bool tcp_accept_full(const struct tcp_connection *listener)
{
    return listener->accept_count > listener->backlog; /* one more than asked for, as on Linux */
}

static void tcp_request_send(struct tcp_request *r, az_time now)
{
    struct az_ipv4_route route;
    struct az_netbuf *buffer;
    uint8_t options[TCP_OPTIONS_MAX];
    uint32_t window = AZ_MIN(r->listener->socket.receive_limit, 65535u);

    if (az_ipv4_route(r->node.tuple.remote, r->node.tuple.local, &route) || !(buffer = az_netbuf_alloc(0)))
        return;
    uint32_t bytes = tcp_syn_options(options, (uint16_t)(route.mtu - 40u), &r->agreed, now);
    tcp_emit(&route, &r->node.tuple, buffer, r->send_initial, r->receive_initial + 1, TCP_FLAG_SYN | TCP_FLAG_ACK,
             (uint16_t)window, options, bytes);
}

static void tcp_request_free(struct tcp_request *r)
{
    tcp_remove(&r->node);
    tcp_fifo_remove(&r->link);
    r->listener->request_count--;
    tcp_stack()->counters.requests--;
    az_heap_free(r, sizeof(*r));
}

void tcp_request_tick(struct az_timer *timer)
{
    struct tcp_stack *stack = tcp_stack();
    az_time now = az_clock_now();

    while (stack->requests.next != &stack->requests && stack->requests.next->deadline <= now) {
        struct tcp_request *r = AZ_CONTAINER_OF(stack->requests.next, struct tcp_request, link);
        if (r->tries >= CONFIG_NET_TCP_SYN_RETRIES) {
            tcp_request_free(r);
            continue;
        }
        tcp_fifo_remove(&r->link);
        tcp_fifo_add(&stack->requests, &stack->request_timer, &r->link, now + (TCP_RTO_INITIAL << ++r->tries));
        tcp_request_send(r, now);
    }
    if (stack->requests.next != &stack->requests)
        az_timer_set(timer, stack->requests.next->deadline);
}

static void tcp_send_cookie(const struct tcp_arrival *a)
{
    struct tcp_agreement nothing = {.peer_mss = 0};
    uint8_t options[TCP_OPTIONS_MAX];
    struct az_ipv4_route route;

    if (az_ipv4_route(a->tuple.remote, a->tuple.local, &route))
        return;
    uint32_t bytes = tcp_syn_options(options, (uint16_t)(route.mtu - 40u), &nothing, a->now);
    tcp_stack()->counters.cookies_sent++;
    tcp_emit_bare(&a->tuple, tcp_cookie_make(a), a->sequence + 1, TCP_FLAG_SYN | TCP_FLAG_ACK, 65535, options, bytes);
}

static void tcp_syn_input(struct tcp_connection *listener, const struct tcp_arrival *a)
{
    struct tcp_stack *stack = tcp_stack();
    struct tcp_request *r;

    if (tcp_accept_full(listener)) {
        stack->counters.accept_overflows++; /* the peer asks again */
        return;
    }
    if (listener->request_count >= CONFIG_NET_TCP_REQUESTS || !(r = az_heap_zalloc(sizeof(*r)))) {
        tcp_send_cookie(a);
        return;
    }
    r->node.kind = TCP_NODE_REQUEST;
    r->node.tuple = a->tuple;
    r->listener = listener;
    tcp_agree(&r->agreed, a, tcp_scale_for(listener->socket.receive_limit));
    r->receive_initial = a->sequence;
    r->send_initial = tcp_initial_sequence(&a->tuple, a->now);
    listener->request_count++;
    stack->counters.requests++;
    stack->request_timer.expired = tcp_request_tick;
    tcp_insert(&r->node);
    tcp_fifo_add(&stack->requests, &stack->request_timer, &r->link, a->now + TCP_RTO_INITIAL);
    tcp_request_send(r, a->now);
}

/* The handshake is complete: a connection, in the listener's queue, with the segment that completed it. */
static void tcp_open(struct tcp_connection *listener, const struct tcp_agreement *agreed, uint32_t receive_initial,
                     struct tcp_arrival *a)
{
    struct tcp_connection *c;
    struct az_ipv4_route route;

    if (az_ipv4_route(a->tuple.remote, a->tuple.local, &route) || !(c = tcp_connection_new()))
        return; /* the peer, open on its side, will be reset when it speaks */
    c->node.tuple = a->tuple;
    c->route = route;
    c->agreed = *agreed;
    c->socket.options = listener->socket.options & ~AZ_SO_LISTENING;
    c->socket.linger_s = listener->socket.linger_s;
    c->socket.receive_limit = listener->socket.receive_limit;
    c->socket.send_limit = listener->socket.send_limit;
    c->socket.receive_timeout = listener->socket.receive_timeout;
    c->socket.send_timeout = listener->socket.send_timeout;
    c->no_delay = listener->no_delay;
    c->cork = listener->cork;
    c->keep_idle_s = listener->keep_idle_s;
    c->keep_interval_s = listener->keep_interval_s;
    c->keep_count = listener->keep_count;
    c->user_timeout_ms = listener->user_timeout_ms;
    c->send_initial = c->recover = a->ack - 1;
    c->send_unacked = c->send_next = c->send_end = a->ack;
    c->receive_next = c->acked = receive_initial + 1;
    c->receive_edge = c->receive_next + AZ_MIN(listener->socket.receive_limit, 65535u);
    c->send_window = a->window << c->agreed.send_scale;
    c->window_sequence = a->sequence;
    c->window_ack = a->ack;
    c->hashed = true;
    tcp_insert(&c->node);
    tcp_established(c, a->now);

    c->accept_next = NULL;
    *listener->accept_end = c;
    listener->accept_end = &c->accept_next;
    listener->accept_count++;
    az_wake(&listener->socket.file.queue, POLLIN | POLLRDNORM);
    tcp_connection_input(c, a);
}

void tcp_request_input(struct tcp_request *r, struct tcp_arrival *a)
{
    struct tcp_connection *listener = r->listener;
    uint32_t next = r->receive_initial + 1;
    uint32_t window = AZ_MIN(listener->socket.receive_limit, 65535u);
    bool in_window = !tcp_before(a->sequence, next) && tcp_before(a->sequence, next + window);

    if (a->flags & TCP_FLAG_RST) {
        if (a->sequence == next)
            tcp_request_free(r);
        return;
    }
    if (a->flags & TCP_FLAG_SYN) {
        if (!(a->flags & TCP_FLAG_ACK) && a->sequence == r->receive_initial)
            tcp_request_send(r, a->now);
        else if (tcp_challenge_allowed(a->now))
            tcp_emit_bare(&r->node.tuple, r->send_initial + 1, next, TCP_FLAG_ACK, (uint16_t)window, NULL, 0);
        return;
    }
    if (!(a->flags & TCP_FLAG_ACK))
        return;
    if (a->ack != r->send_initial + 1) {
        tcp_answer_reset(a);
        return;
    }
    if (!in_window || tcp_accept_full(listener)) {
        tcp_stack()->counters.accept_overflows += in_window;
        return; /* our SYN-ACK goes again, and so will its answer */
    }
    struct tcp_agreement agreed = r->agreed;
    if (a->has_timestamp && agreed.timestamps)
        agreed.timestamp_recent = a->timestamp;
    uint32_t receive_initial = r->receive_initial;
    tcp_request_free(r);
    tcp_open(listener, &agreed, receive_initial, a);
}

void tcp_listener_input(struct tcp_connection *listener, struct tcp_arrival *a)
{
    struct tcp_agreement agreed = {.peer_mss = 0};

    if (a->flags & TCP_FLAG_RST)
        return;
    if (a->flags & TCP_FLAG_ACK) {
        if (!(a->flags & TCP_FLAG_SYN) && tcp_cookie_check(a, &agreed.peer_mss)) {
            if (!tcp_accept_full(listener))
                tcp_open(listener, &agreed, a->sequence - 1, a);
        } else {
            tcp_answer_reset(a);
        }
    } else if (a->flags & TCP_FLAG_SYN) {
        tcp_syn_input(listener, a);
    }
}

/* Everything that waits at it goes: requests silently, connections with a RST. */
void tcp_listener_close(struct tcp_connection *listener)
{
    struct tcp_stack *stack = tcp_stack();
    struct tcp_fifo_link *link = stack->requests.next;

    while (link && link != &stack->requests) {
        struct tcp_request *r = AZ_CONTAINER_OF(link, struct tcp_request, link);
        link = link->next;
        if (r->listener == listener)
            tcp_request_free(r);
    }
    while (listener->accept_first) {
        struct tcp_connection *c = listener->accept_first;
        listener->accept_first = c->accept_next;
        c->orphan = true;
        if (c->state == TCP_CLOSE) {
            tcp_receive_queue_free(c);
            tcp_free(c);
        } else {
            tcp_abort(c, 0);
        }
    }
    listener->accept_count = 0;
    listener->accept_end = &listener->accept_first;
}
