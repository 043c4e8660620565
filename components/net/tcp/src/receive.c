/*
 * Receiving: what comes in order is queued for the app, what comes early is kept by sequence number, within the window and a
 * number of buffers. Small payloads are moved together, so that a peer who sends bytes one by one costs no buffer each.
 */
#include <poll.h>

#include <az/clock.h>

#include "tcp_parts.h"

static void tcp_free_list(struct az_netbuf **list)
{
    while (*list) {
        struct az_netbuf *buffer = *list;
        *list = buffer->next;
        az_netbuf_unref(buffer);
    }
}

void tcp_receive_queue_free(struct tcp_connection *c)
{
    tcp_free_list(&c->receive_first);
    tcp_free_list(&c->early);
    c->receive_last = NULL;
    c->receive_bytes = c->early_bytes = c->early_count = 0;
}

/* Bytes of window that may be told: what fits, in steps worth telling, and never less than was told before. */
static uint32_t tcp_window_now(const struct tcp_connection *c)
{
    uint32_t used = c->receive_bytes + c->early_bytes, limit = c->socket.receive_limit;
    uint32_t free = used < limit ? limit - used : 0;
    uint32_t told = c->receive_edge - c->receive_next;
    free = AZ_MIN(free, 65535u << c->agreed.receive_scale);
    if (free < told || free - told < AZ_MIN(limit / 2, (uint32_t)c->mss))
        return told;
    return free;
}

uint16_t tcp_receive_window(struct tcp_connection *c)
{
    uint32_t scale = c->agreed.receive_scale;
    uint32_t field = (tcp_window_now(c) + (1u << scale) - 1) >> scale;
    field = AZ_MIN(field, 65535u);
    uint32_t edge = c->receive_next + (field << scale);
    if (tcp_after(edge, c->receive_edge))
        c->receive_edge = edge;
    return (uint16_t)field;
}

void tcp_window_opened(struct tcp_connection *c)
{
    if (c->state != TCP_ESTABLISHED && c->state != TCP_FIN_WAIT1 && c->state != TCP_FIN_WAIT2)
        return;
    uint32_t told = c->receive_edge - c->receive_next, now = tcp_window_now(c);
    if (now > told && now - told >= AZ_MIN(c->socket.receive_limit / 2, 2u * c->mss))
        tcp_send_ack(c, az_clock_now());
}

/* Appends a payload that is next in order. */
static void tcp_deliver(struct tcp_connection *c, struct az_netbuf *buffer)
{
    struct az_netbuf *last = c->receive_last;

    c->receive_next += buffer->length;
    c->receive_bytes += buffer->length;
    if (last && last->references == 1 && !last->fragment && az_netbuf_tailroom(last) >= buffer->length) {
        __builtin_memcpy(last->data + last->length, buffer->data, buffer->length);
        last->length += buffer->length;
        az_netbuf_unref(buffer);
        return;
    }
    buffer->next = NULL;
    if (last)
        last->next = buffer;
    else
        c->receive_first = buffer;
    c->receive_last = buffer;
}

/* Sorts an early payload in, keeping only bytes that nobody has yet. */
static void tcp_keep_early(struct tcp_connection *c, struct az_netbuf *buffer, uint32_t sequence, bool fin)
{
    struct az_netbuf **link = &c->early;

    while (*link && !tcp_after(tcp_piece(*link)->sequence, sequence)) {
        uint32_t end = tcp_piece(*link)->sequence + (*link)->length;
        if (tcp_after(end, sequence)) {
            uint32_t overlap = AZ_MIN(end - sequence, buffer->length);
            az_netbuf_pull(buffer, overlap);
            sequence += overlap;
            tcp_piece(*link)->fin |= fin && !buffer->length && sequence == end;
        }
        link = &(*link)->next;
    }
    while (*link && !tcp_after(tcp_piece(*link)->sequence + (*link)->length, sequence + buffer->length) && buffer->length) {
        struct az_netbuf *covered = *link;
        fin |= tcp_piece(covered)->fin && tcp_piece(covered)->sequence + covered->length == sequence + buffer->length;
        *link = covered->next;
        c->early_bytes -= covered->length;
        c->early_count--;
        az_netbuf_unref(covered);
    }
    if (*link && tcp_before(tcp_piece(*link)->sequence, sequence + buffer->length))
        buffer->length = tcp_piece(*link)->sequence - sequence;
    if (buffer->length == 0 || c->early_count > c->socket.receive_limit / 512) {
        if (buffer->length)
            tcp_stack()->counters.early_dropped++;
        az_netbuf_unref(buffer);
        return;
    }
    *tcp_piece(buffer) = (struct tcp_piece){.sequence = sequence, .fin = fin};
    buffer->next = *link;
    *link = buffer;
    c->early_bytes += buffer->length;
    c->early_count++;
    c->early_recent = sequence;
}

/* What came early and is next now. True: a FIN was among it. */
static bool tcp_deliver_early(struct tcp_connection *c)
{
    bool fin = false;
    while (c->early && !tcp_after(tcp_piece(c->early)->sequence, c->receive_next)) {
        struct az_netbuf *buffer = c->early;
        uint32_t old = c->receive_next - tcp_piece(buffer)->sequence;
        c->early = buffer->next;
        c->early_bytes -= buffer->length;
        c->early_count--;
        fin |= tcp_piece(buffer)->fin;
        if (old >= buffer->length) {
            az_netbuf_unref(buffer);
            continue;
        }
        az_netbuf_pull(buffer, old);
        tcp_deliver(c, buffer);
    }
    return fin;
}

/* RFC 9293, 3.10.7.4, eighth step. */
static void tcp_receive_fin(struct tcp_connection *c, az_time now)
{
    c->receive_next++;
    c->fin_received = c->receive_shut = true;
    c->ack_now = true;
    switch (c->state) {
    case TCP_SYN_RECV:
    case TCP_ESTABLISHED:
        c->state = TCP_CLOSE_WAIT;
        break;
    case TCP_FIN_WAIT1:
        c->state = TCP_CLOSING; /* had our FIN been acknowledged, this were FIN-WAIT-2 */
        break;
    case TCP_FIN_WAIT2:
        tcp_timewait_enter(c, now);
        break;
    }
    az_wake(&c->socket.file.queue, POLLIN | POLLRDNORM | POLLRDHUP | (c->send_shut ? POLLHUP : 0));
}

/* The payload and FIN of an acceptable segment. */
void tcp_receive(struct tcp_connection *c, struct tcp_arrival *a, bool fin)
{
    uint32_t skip = tcp_before(a->sequence, c->receive_next) ? c->receive_next - a->sequence : 0;
    uint32_t window = c->receive_edge - c->receive_next;
    uint32_t before = c->receive_next;
    struct az_netbuf *buffer = a->buffer;

    if (skip > a->length)
        fin = false; /* seen before */
    skip = AZ_MIN(skip, a->length);
    if (skip == a->length && !fin)
        return;
    a->buffer = NULL;
    az_netbuf_pull(buffer, skip);
    uint32_t sequence = a->sequence + skip;
    if (sequence - c->receive_next + buffer->length > window) {
        buffer->length = window - AZ_MIN(window, sequence - c->receive_next);
        fin = false;
        c->ack_now = true;
    }
    if (buffer->length > c->full_segment)
        c->full_segment = buffer->length;
    if (sequence != c->receive_next) {
        c->ack_now = true; /* RFC 5681, 4.2: at once, so that the sender learns of the hole */
        if (buffer->length)
            tcp_keep_early(c, buffer, sequence, fin);
        else
            az_netbuf_unref(buffer);
        return;
    }
    if (buffer->length)
        tcp_deliver(c, buffer);
    else
        az_netbuf_unref(buffer);
    if (c->early) {
        c->ack_now = true;
        fin |= tcp_deliver_early(c);
    }
    if (c->receive_next != before)
        az_wake(&c->socket.file.queue, POLLIN | POLLRDNORM);
    if (fin) {
        tcp_receive_fin(c, a->now);
        return;
    }
    /* RFC 5681, 4.2: every second full segment at once, less within TCP_ACK_DELAY. */
    if (c->receive_next - c->acked >= 2 * c->full_segment)
        c->ack_now = true;
    else if (c->deadlines[TCP_TIMER_ACK] == AZ_TIME_NEVER)
        tcp_timer_set(c, TCP_TIMER_ACK, a->now + TCP_ACK_DELAY);
}
