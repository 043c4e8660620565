/* Segments in: checked, matched with what they belong to, and through RFC 9293, 3.10.7.4 for synchronised states. */
#include <errno.h>
#include <poll.h>

#include <az/clock.h>

#include "tcp_parts.h"

#define PAWS_IDLE AZ_SECONDS(24 * 86400) /* RFC 7323, 5.5: older than that, timestamps say nothing */

/* RFC 7323, 5.3: a segment from the past. */
static bool tcp_is_from_past(const struct tcp_connection *c, const struct tcp_arrival *a)
{
    return c->agreed.timestamps && a->has_timestamp && tcp_before(a->timestamp, c->agreed.timestamp_recent) &&
           a->now - c->timestamp_at < PAWS_IDLE;
}

/* RFC 9293, 3.10.7.4, first step. The window is the one told, which may be more than there is room for now. */
static bool tcp_is_acceptable(const struct tcp_connection *c, const struct tcp_arrival *a)
{
    uint32_t space = a->length + !!(a->flags & TCP_FLAG_FIN);
    uint32_t window = c->receive_edge - c->receive_next;
    if (tcp_after(a->sequence, c->receive_next + window))
        return false;
    if (space == 0)
        return window ? !tcp_before(a->sequence, c->receive_next) && a->sequence != c->receive_next + window
                      : a->sequence == c->receive_next;
    return tcp_after(a->sequence + space, c->receive_next);
}

/* Second step: RFC 5961, 3.2. */
static void tcp_reset_input(struct tcp_connection *c, const struct tcp_arrival *a)
{
    if (a->sequence == c->receive_next) {
        tcp_stack()->counters.resets_received++;
        tcp_done(c, c->state == TCP_CLOSE_WAIT ? -EPIPE : c->state == TCP_SYN_RECV ? -ECONNREFUSED : -ECONNRESET);
    } else if (!tcp_before(a->sequence, c->receive_next) && tcp_before(a->sequence, c->receive_edge)) {
        tcp_challenge(c, a->now);
    }
}

/* Fifth step: the ACK field. False: nothing more to do with this segment. */
static bool tcp_ack_input(struct tcp_connection *c, struct tcp_arrival *a)
{
    if (TCP_CONNECTS && c->state == TCP_SYN_RECV) { /* both sides sent a SYN at once */
        if (tcp_before(a->ack, c->send_initial + 1) || tcp_after(a->ack, c->send_next)) {
            tcp_answer_reset(a);
            return false;
        }
        tcp_established(c, a->now);
        c->connecting = false;
        az_wake(&c->socket.file.queue, POLLOUT | POLLWRNORM);
    }
    /* RFC 5961, 5.2 */
    if (tcp_after(a->ack, c->send_next) || tcp_before(a->ack, c->send_unacked - c->send_window_max)) {
        tcp_challenge(c, a->now);
        return false;
    }
    bool all_was_out = c->send_unacked == c->send_next;
    tcp_acked(c, a);
    if (tcp_before(a->ack, c->send_unacked))
        return true;
    if (tcp_before(c->window_sequence, a->sequence) ||
        (c->window_sequence == a->sequence && !tcp_before(a->ack, c->window_ack))) {
        bool was_closed = !c->send_window;
        c->send_window = a->window << c->agreed.send_scale;
        c->send_window_max = AZ_MAX(c->send_window_max, c->send_window);
        c->window_sequence = a->sequence;
        c->window_ack = a->ack;
        if (all_was_out && c->tries) { /* the answer to a probe: alive */
            c->tries = 0;
            if (was_closed && c->send_window) {
                c->rto = AZ_MAX(TCP_RTO_MIN, c->rtt * 2);
                c->deadlines[TCP_TIMER_SEND] = AZ_TIME_NEVER;
            }
        }
    }
    return true;
}

/* Whether our FIN has been acknowledged, and the states that follow. False: the connection is over. */
static bool tcp_fin_acked(struct tcp_connection *c, az_time now)
{
    if (!c->send_shut || c->send_unacked != c->send_end)
        return true;
    switch (c->state) {
    case TCP_FIN_WAIT1:
        c->state = TCP_FIN_WAIT2;
        az_wake(&c->socket.file.queue, 0); /* who lingers */
        return true;
    case TCP_CLOSING:
        tcp_timewait_enter(c, now);
        return false;
    case TCP_LAST_ACK:
        tcp_done(c, 0);
        return false;
    }
    return true;
}

/* A connection beyond SYN-SENT. The caller holds it. */
static void tcp_synchronised_input(struct tcp_connection *c, struct tcp_arrival *a)
{
    if (tcp_is_from_past(c, a) && !(a->flags & TCP_FLAG_RST)) {
        tcp_send_ack(c, a->now);
        return;
    }
    if (!tcp_is_acceptable(c, a)) {
        if (!(a->flags & TCP_FLAG_RST)) {
            if (a->flags & TCP_FLAG_SYN)
                tcp_challenge(c, a->now);
            else
                tcp_send_ack(c, a->now); /* a duplicate, a keepalive, a window probe */
        }
        /* An ACK in it still counts when only the window is too small for its data. */
        if (a->sequence != c->receive_next || a->flags & (TCP_FLAG_RST | TCP_FLAG_SYN))
            return;
        a->length = 0;
        a->flags &= (uint8_t)~TCP_FLAG_FIN;
    }
    if (a->flags & TCP_FLAG_RST) {
        tcp_reset_input(c, a);
        return;
    }
    if (a->flags & TCP_FLAG_SYN) {
        tcp_challenge(c, a->now); /* RFC 5961, 4.2 */
        return;
    }
    if (!(a->flags & TCP_FLAG_ACK))
        return;
    c->heard = a->now;
    if (a->has_timestamp && c->agreed.timestamps && !tcp_after(a->sequence, c->acked) &&
        !tcp_before(a->timestamp, c->agreed.timestamp_recent)) {
        c->agreed.timestamp_recent = a->timestamp;
        c->timestamp_at = a->now;
    }
    if (!tcp_ack_input(c, a) || !tcp_fin_acked(c, a->now))
        return;
    if (a->length || a->flags & TCP_FLAG_FIN) {
        if (c->orphan && tcp_after(a->sequence + a->length, c->receive_next)) {
            tcp_abort(c, 0); /* data for an app that closed: it must learn that nobody got it (RFC 9293, 3.6.1) */
            return;
        }
        if (!c->fin_received)
            tcp_receive(c, a, a->flags & TCP_FLAG_FIN);
        else
            c->ack_now = true;
    }
    if (c->state == TCP_FIN_WAIT2 && c->orphan)
        tcp_timewait_enter(c, a->now); /* nobody reads any more: a small record will do */
    else if (c->state != TCP_CLOSE && (c->send_unsent || c->ack_now || c->send_unacked != c->send_next))
        tcp_output(c, a->now, false);
}

void tcp_connection_input(struct tcp_connection *c, struct tcp_arrival *a)
{
    tcp_hold(c);
    if (TCP_CONNECTS && c->state == TCP_SYN_SENT)
        tcp_synsent_input(c, a);
    else if (c->state != TCP_CLOSE)
        tcp_synchronised_input(c, a);
    tcp_release(c);
}

static bool tcp_read_header(const struct az_ipv4_packet *packet, struct az_netbuf *payload, struct tcp_arrival *a)
{
    struct az_view view = {payload->data, payload->length};
    const struct tcp_header *header = az_view_take(&view, sizeof(*header));
    uint32_t header_bytes;

    if (!header || payload->fragment)
        return false;
    header_bytes = (header->words >> 4) * 4u;
    if (header_bytes < sizeof(*header))
        return false;
    if (!(payload->flags & AZ_NETBUF_CHECKSUM_OK)) {
        uint32_t sum = az_checksum_pseudo(packet->source, packet->destination, IPPROTO_TCP, payload->length);
        if (az_checksum_end(az_checksum_add(sum, payload->data, payload->length)) != 0)
            return false;
    }
    a->flags = header->flags & (TCP_FLAG_FIN | TCP_FLAG_SYN | TCP_FLAG_RST | TCP_FLAG_PSH | TCP_FLAG_ACK);
    struct az_view options = {view.at, header_bytes - (uint32_t)sizeof(*header)};
    if (!az_view_take(&view, options.left) || !tcp_parse_options(options, a))
        return false;
    a->tuple = (struct tcp_tuple){packet->destination, packet->source, az_be16_get(header->destination),
                                  az_be16_get(header->source)};
    a->sequence = az_be32_get(header->sequence);
    a->ack = az_be32_get(header->ack);
    a->window = az_be16_get(header->window);
    a->length = view.left;
    az_netbuf_pull(payload, header_bytes);
    return a->tuple.local_port && a->tuple.remote_port;
}

bool tcp_input(const struct az_ipv4_packet *packet, struct az_netbuf *payload)
{
    struct tcp_arrival a = {.buffer = payload};
    struct tcp_connection *listener;
    struct tcp_node *node;

    tcp_stack()->counters.received++;
    if (packet->broadcast || !tcp_read_header(packet, payload, &a)) {
        tcp_stack()->counters.bad++;
        az_netbuf_unref(payload);
        return true;
    }
    a.now = az_clock_now();
    node = tcp_find(&a.tuple);
    if (node && node->kind == TCP_NODE_CONNECTION)
        tcp_connection_input(tcp_of_node(node), &a);
    else if (TCP_LISTENS && node && node->kind == TCP_NODE_REQUEST)
        tcp_request_input((struct tcp_request *)(void *)node, &a);
    else if (node)
        tcp_timewait_input((struct tcp_timewait *)(void *)node, &a);
    else if (TCP_LISTENS && (listener = tcp_find_listener(&a.tuple)))
        tcp_listener_input(listener, &a);
    else
        tcp_answer_reset(&a);
    az_netbuf_unref(a.buffer);
    return true;
}
