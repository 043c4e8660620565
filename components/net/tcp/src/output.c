/*
 * Sending (RFC 9293, 3.8.6; RFC 1122, 4.2.3.4). The send queue is a list of buffers, each a segment: the app's bytes are copied
 * once, into the buffer that is sent, and sent again from there. What was sent comes first, `send_unsent` is where the rest starts.
 */
#include <errno.h>

#include <az/clock.h>
#include <az/user.h>

#include "tcp_parts.h"

static struct az_netbuf *tcp_queue_new(struct tcp_connection *c)
{
    struct az_netbuf *buffer = az_netbuf_alloc(AZ_NETBUF_ROOM);
    if (!buffer)
        return NULL;
    *tcp_segment(buffer) = (struct tcp_segment){.sequence = c->send_end, .start = AZ_NETBUF_HEADROOM};
    if (c->send_last)
        tcp_segment(c->send_last)->next = buffer;
    else
        c->send_first = buffer;
    c->send_last = buffer;
    if (!c->send_unsent)
        c->send_unsent = buffer;
    c->send_segments++;
    return buffer;
}

/* The last buffer, when it may still grow. */
static struct az_netbuf *tcp_queue_tail(const struct tcp_connection *c)
{
    return c->send_unsent ? c->send_last : NULL;
}

uint32_t tcp_send_room(const struct tcp_connection *c)
{
    uint32_t limit = c->socket.send_limit, used = c->send_end - c->send_unacked;
    if (used >= limit || c->send_segments > limit / 512 + 4)
        return 0;
    return limit - used;
}

int tcp_queue_control(struct tcp_connection *c, uint8_t flag)
{
    struct az_netbuf *buffer = tcp_queue_tail(c);
    if (!buffer)
        buffer = tcp_queue_new(c);
    if (!buffer)
        return -ENOBUFS;
    tcp_segment(buffer)->flags |= flag;
    c->send_end++;
    return 0;
}

int tcp_queue_data(struct tcp_connection *c, const void *user_from, uint32_t bytes, uint32_t *out_taken)
{
    *out_taken = 0;
    bytes = AZ_MIN(bytes, tcp_send_room(c));
    while (bytes) {
        struct az_netbuf *buffer = tcp_queue_tail(c);
        if (!buffer || tcp_segment(buffer)->length >= c->mss || tcp_segment(buffer)->flags & TCP_FLAG_SYN)
            buffer = tcp_queue_new(c);
        if (!buffer)
            return -ENOBUFS;
        struct tcp_segment *segment = tcp_segment(buffer);
        uint32_t part = AZ_MIN(bytes, (uint32_t)c->mss - segment->length);
        part = AZ_MIN(part, buffer->capacity - segment->start - segment->length);
        int error = az_user_copy_in(buffer->head + segment->start + segment->length, user_from, part);
        if (error)
            return error; /* an empty buffer at the end takes the next bytes */
        segment->length = (uint16_t)(segment->length + part);
        segment->flags |= TCP_FLAG_PSH;
        c->send_end += part;
        user_from = (const uint8_t *)user_from + part;
        bytes -= part;
        *out_taken += part;
    }
    return 0;
}

void tcp_send_queue_free(struct tcp_connection *c)
{
    while (c->send_first) {
        struct az_netbuf *buffer = c->send_first;
        c->send_first = tcp_segment(buffer)->next;
        az_netbuf_unref(buffer);
    }
    c->send_last = c->send_unsent = NULL;
    c->send_segments = 0;
}

/* Cuts a segment after `bytes`, when the window or a smaller MSS leaves room for a part only. False: no memory. */
static bool tcp_split(struct tcp_connection *c, struct az_netbuf *buffer, uint32_t bytes)
{
    struct tcp_segment *segment = tcp_segment(buffer);
    struct az_netbuf *rest = az_netbuf_alloc(AZ_NETBUF_ROOM);
    if (!rest)
        return false;
    *tcp_segment(rest) = *segment;
    struct tcp_segment *second = tcp_segment(rest);
    second->sequence += bytes;
    second->start = AZ_NETBUF_HEADROOM;
    second->length = (uint16_t)(segment->length - bytes);
    __builtin_memcpy(rest->head + second->start, buffer->head + segment->start + bytes, second->length);
    segment->length = (uint16_t)bytes;
    segment->flags &= (uint8_t)~TCP_FLAG_FIN;
    segment->next = rest;
    if (c->send_last == buffer)
        c->send_last = rest;
    c->send_segments++;
    return true;
}

/* Sends one segment of the queue, for the first time or again. False: no memory, or the way is blocked. */
static bool tcp_send_segment(struct tcp_connection *c, struct az_netbuf *buffer, az_time now)
{
    struct tcp_segment *segment = tcp_segment(buffer);
    uint8_t options[TCP_OPTIONS_MAX];
    unsigned flags = segment->flags | TCP_FLAG_ACK;
    uint32_t option_bytes;
    uint16_t window;

    if (segment->flags & TCP_FLAG_SYN) {
        option_bytes = tcp_syn_options(options, (uint16_t)(c->route.mtu - 40u), &c->agreed, now);
        window = (uint16_t)AZ_MIN(c->socket.receive_limit, 65535u);
        c->receive_edge = c->receive_next + window;
        if (c->state == TCP_SYN_SENT)
            flags = TCP_FLAG_SYN;
    } else {
        uint32_t whole = c->mss + (c->agreed.timestamps ? TCP_TIMESTAMP_BYTES : 0);
        option_bytes = tcp_data_options(c, options, now, whole - segment->length);
        window = tcp_receive_window(c);
    }
    struct az_netbuf *out = buffer;
    if (buffer->references > 1) {
        /* The device or ARP still holds the last one, so its headers must not change: send a copy. */
        out = az_netbuf_alloc(AZ_NETBUF_ROOM);
        if (!out)
            return false;
        __builtin_memcpy(out->data, buffer->head + segment->start, segment->length);
    } else {
        out->data = out->head + segment->start;
        az_netbuf_ref(out);
    }
    out->length = segment->length;
    segment->sent = (uint32_t)(now >> 10);
    c->acked = c->receive_next;
    c->ack_now = false;
    c->deadlines[TCP_TIMER_ACK] = AZ_TIME_NEVER;
    tcp_emit(&c->route, &c->node.tuple, out, segment->sequence, c->state == TCP_SYN_SENT ? 0 : c->receive_next, flags,
             window, options, option_bytes);
    return true;
}

/* Sends again what counts as lost, as far as the congestion window allows. */
static bool tcp_send_lost(struct tcp_connection *c, az_time now)
{
    uint32_t in_flight = tcp_in_flight(c);
    for (struct az_netbuf *buffer = c->send_first; buffer && buffer != c->send_unsent; buffer = tcp_segment(buffer)->next) {
        struct tcp_segment *segment = tcp_segment(buffer);
        if ((segment->marks & (TCP_MARK_LOST | TCP_MARK_AGAIN | TCP_MARK_SACKED)) != TCP_MARK_LOST)
            continue;
        if (in_flight && in_flight + segment->length > c->window && !c->again_now)
            return false;
        if (segment->length > c->mss && !tcp_split(c, buffer, c->mss))
            return false;
        if (!tcp_send_segment(c, buffer, now))
            return false;
        segment->marks |= TCP_MARK_AGAIN;
        c->again_now = false;
        in_flight += segment->length;
        c->retransmitted++;
        tcp_stack()->counters.retransmitted++;
    }
    return true;
}

/* Whether the next segment may go now, or better waits to become larger: Nagle, cork, silly windows. */
static bool tcp_worth_sending(const struct tcp_connection *c, const struct tcp_segment *segment, uint32_t usable, bool push)
{
    if (!usable)
        return false;
    if (segment->length > usable)
        return usable >= c->mss || usable >= c->send_window_max / 2 || push;
    if (segment->length >= c->mss || segment->next || segment->flags & (TCP_FLAG_SYN | TCP_FLAG_FIN) || push)
        return true;
    if (c->cork || c->more)
        return false;
    return c->no_delay || c->send_unacked == c->send_next;
}

/* Sends what was not sent yet, as far as both windows allow. */
static void tcp_send_new(struct tcp_connection *c, az_time now, bool push)
{
    while (c->send_unsent) {
        struct az_netbuf *buffer = c->send_unsent;
        struct tcp_segment *segment = tcp_segment(buffer);
        uint32_t edge = c->send_unacked + c->send_window;
        uint32_t usable = tcp_before(segment->sequence, edge) ? edge - segment->sequence : 0;
        uint32_t in_flight = tcp_in_flight(c);
        /* RFC 3042: the first two duplicate ACKs each let one more out. */
        uint32_t allowance = c->congestion == TCP_OPEN ? AZ_MIN(c->dup_acks, 2u) * c->mss : 0;

        if (!tcp_segment_space(segment))
            return; /* left empty by a copy that failed */
        if (!(segment->flags & TCP_FLAG_SYN) && !tcp_worth_sending(c, segment, usable, push))
            return;
        if (in_flight && in_flight + segment->length > c->window + allowance)
            return;
        uint32_t most = AZ_MIN(segment->flags & TCP_FLAG_SYN ? c->mss : usable, (uint32_t)c->mss);
        if (segment->length > most && !tcp_split(c, buffer, most))
            return;
        if (!tcp_send_segment(c, buffer, now))
            return;
        c->send_unsent = segment->next;
        c->send_next = segment->sequence + tcp_segment_space(segment);
    }
}

void tcp_output(struct tcp_connection *c, az_time now, bool push)
{
    if (c->route.generation != az_ipv4_generation) {
        struct az_ipv4_route route;
        if (!az_ipv4_route(c->node.tuple.remote, c->node.tuple.local, &route))
            c->route = route;
    }
    if (c->congestion == TCP_OPEN || tcp_send_lost(c, now))
        tcp_send_new(c, now, push);
    if (c->ack_now)
        tcp_send_ack(c, now);
    if (c->deadlines[TCP_TIMER_SEND] == AZ_TIME_NEVER) {
        if (c->send_unacked != c->send_next || (c->send_unsent && !c->cork && !c->more))
            tcp_timer_set(c, TCP_TIMER_SEND, now + c->rto);
        else if (c->send_unsent)
            tcp_timer_set(c, TCP_TIMER_SEND, now + TCP_CORK_TIME);
    }
}
