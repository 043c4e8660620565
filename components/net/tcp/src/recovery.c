/*
 * What an ACK does, and what its absence does: round-trip times (RFC 6298), congestion (RFC 5681 with appropriate byte counting,
 * RFC 3465), loss recovery by SACK (RFC 6675) or without (NewReno, RFC 6582).
 */
#include <errno.h>
#include <poll.h>

#include "tcp_parts.h"

#define DUP_THRESHOLD 3u

/* Bytes thought to be on the network: RFC 6675's `pipe`. */
uint32_t tcp_in_flight(const struct tcp_connection *c)
{
    uint32_t bytes = c->send_next - c->send_unacked;
    if (AZ_LIKELY(c->congestion == TCP_OPEN && !c->sacked))
        return bytes;
    for (struct az_netbuf *b = c->send_first; b && b != c->send_unsent; b = tcp_segment(b)->next) {
        const struct tcp_segment *s = tcp_segment(b);
        if (s->marks & TCP_MARK_SACKED || (s->marks & (TCP_MARK_LOST | TCP_MARK_AGAIN)) == TCP_MARK_LOST)
            bytes -= AZ_MIN(bytes, tcp_segment_space(s));
    }
    if (!c->agreed.sack)
        bytes -= AZ_MIN(bytes, (uint32_t)c->dup_acks * c->mss);
    return bytes;
}

static void tcp_measure(struct tcp_connection *c, az_time sample)
{
    if (sample < 0)
        return;
    if (!c->rtt) {
        c->rtt = AZ_MAX(sample, 1);
        c->rtt_variance = sample / 2;
    } else {
        az_time difference = sample > c->rtt ? sample - c->rtt : c->rtt - sample;
        c->rtt_variance += (difference - c->rtt_variance) >> 2;
        c->rtt = AZ_MAX(c->rtt + ((sample - c->rtt) >> 3), 1);
    }
}

static void tcp_set_rto(struct tcp_connection *c)
{
    az_time rto = c->rtt ? c->rtt + AZ_MAX(c->rtt_variance * 4, AZ_MS(1)) : TCP_RTO_INITIAL;
    c->rto = AZ_MIN(AZ_MAX(rto, TCP_RTO_MIN), TCP_RTO_MAX);
}

/* Marks what the peer holds; true when that was news. */
static bool tcp_note_sack(struct tcp_connection *c, const struct tcp_arrival *a)
{
    bool news = false;
    for (unsigned i = 0; i < a->sack_count; i++) {
        uint32_t start = az_be32_get(*(const az_be32 *)(a->sack + i * 8));
        uint32_t end = az_be32_get(*(const az_be32 *)(a->sack + i * 8 + 4));
        if (!tcp_before(start, end) || tcp_before(start, c->send_unacked) || tcp_after(end, c->send_next))
            continue; /* D-SACK (RFC 2883), or nonsense */
        for (struct az_netbuf *b = c->send_first; b && b != c->send_unsent; b = tcp_segment(b)->next) {
            struct tcp_segment *s = tcp_segment(b);
            if (!tcp_before(s->sequence, end))
                break;
            if (tcp_before(s->sequence, start) || tcp_after(s->sequence + tcp_segment_space(s), end) ||
                s->marks & TCP_MARK_SACKED)
                continue;
            s->marks |= TCP_MARK_SACKED;
            c->sacked = news = true;
        }
    }
    return news;
}

/* RFC 6675, IsLost(): enough bytes beyond it have arrived. True when some segment became lost. */
static bool tcp_mark_lost_by_sack(struct tcp_connection *c)
{
    uint32_t beyond = 0;
    bool any = false;

    for (struct az_netbuf *b = c->send_first; b && b != c->send_unsent; b = tcp_segment(b)->next) {
        bool sacked = tcp_segment(b)->marks & TCP_MARK_SACKED;
        beyond += sacked ? tcp_segment_space(tcp_segment(b)) : 0;
    }
    for (struct az_netbuf *b = c->send_first; b && b != c->send_unsent; b = tcp_segment(b)->next) {
        struct tcp_segment *s = tcp_segment(b);
        if (s->marks & TCP_MARK_SACKED) {
            beyond -= AZ_MIN(beyond, tcp_segment_space(s));
            continue;
        }
        if (beyond == 0 || (beyond <= (DUP_THRESHOLD - 1) * c->mss && c->dup_acks < DUP_THRESHOLD))
            break;
        if (!(s->marks & TCP_MARK_LOST)) {
            s->marks = (uint8_t)((s->marks & ~TCP_MARK_AGAIN) | TCP_MARK_LOST);
            any = true;
        }
    }
    return any;
}

static void tcp_mark_first_lost(struct tcp_connection *c)
{
    if (c->send_first && c->send_first != c->send_unsent) {
        tcp_segment(c->send_first)->marks = TCP_MARK_LOST;
        c->again_now = true; /* RFC 6582, 3.2, steps 2 and 5 */
    }
}


static void tcp_enter_recovery(struct tcp_connection *c)
{
    c->threshold = AZ_MAX((c->send_next - c->send_unacked) / 2, 2u * c->mss);
    c->recover = c->send_next;
    c->congestion = TCP_RECOVERY;
    c->window = c->threshold;
    c->again_now = true; /* RFC 6675, 5, step 4.3 */
}

static void tcp_leave_recovery(struct tcp_connection *c)
{
    if (c->congestion == TCP_RECOVERY)
        c->window = AZ_MAX(c->threshold, 2u * c->mss);
    c->congestion = TCP_OPEN;
    c->dup_acks = 0;
    c->again_now = false;
}

/* RFC 5681, 3.1, counting bytes, and only while the window was what held us back. */
static void tcp_grow_window(struct tcp_connection *c, uint32_t acked, uint32_t in_flight)
{
    if (in_flight < c->window / 2)
        return;
    if (c->window < c->threshold) {
        c->window += AZ_MIN(acked, 2u * c->mss);
        return;
    }
    c->growth += acked;
    if (c->growth >= c->window) {
        c->growth -= c->window;
        c->window += c->mss;
    }
}

/* Takes what is acknowledged off the queue; the time of the last segment that was sent once, for the round trip. */
static void tcp_drop_acked(struct tcp_connection *c, const struct tcp_arrival *a)
{
    bool measured = false;
    uint32_t sent = 0;

    while (c->send_first && c->send_first != c->send_unsent) {
        struct az_netbuf *buffer = c->send_first;
        struct tcp_segment *s = tcp_segment(buffer);
        if (tcp_after(s->sequence + tcp_segment_space(s), a->ack)) {
            uint32_t part = a->ack - s->sequence;
            if (!tcp_after(a->ack, s->sequence))
                break;
            if (s->flags & TCP_FLAG_SYN) {
                s->flags &= (uint8_t)~TCP_FLAG_SYN;
                part--;
            }
            s->sequence = a->ack;
            s->start = (uint16_t)(s->start + part);
            s->length = (uint16_t)(s->length - part);
            break;
        }
        if (!(s->marks & (TCP_MARK_AGAIN | TCP_MARK_SACKED))) {
            sent = s->sent;
            measured = true;
        }
        c->send_first = s->next;
        c->send_segments--;
        az_netbuf_unref(buffer);
    }
    if (!c->send_first)
        c->send_last = NULL;
    if (measured)
        tcp_measure(c, (az_time)((uint32_t)(a->now >> 10) - sent) << 10);
    else if (c->agreed.timestamps && a->has_timestamp && a->timestamp_echo)
        tcp_measure(c, (az_time)(tcp_timestamp(a->now) - a->timestamp_echo) << 20);
}

static void tcp_acked_new(struct tcp_connection *c, const struct tcp_arrival *a)
{
    uint32_t acked = a->ack - c->send_unacked, in_flight = tcp_in_flight(c);

    tcp_drop_acked(c, a);
    c->send_unacked = a->ack;
    c->tries = 0;
    tcp_set_rto(c);
    if (c->congestion != TCP_OPEN && !tcp_before(a->ack, c->recover))
        tcp_leave_recovery(c);
    if (c->congestion == TCP_RECOVERY) {
        if (!c->agreed.sack) { /* a partial ACK: the next hole (RFC 6582, 3.2) */
            c->dup_acks = (uint8_t)(c->dup_acks - AZ_MIN(c->dup_acks, (uint8_t)(acked / c->mss)));
            tcp_mark_first_lost(c);
        }
    } else {
        c->dup_acks = 0;
        tcp_grow_window(c, acked, in_flight);
    }
    if (c->send_unacked == c->send_next)
        c->sacked = false;
    c->deadlines[TCP_TIMER_SEND] = AZ_TIME_NEVER; /* tcp_output() sets it for what is left */
    if (tcp_send_room(c) >= c->socket.send_limit / 3)
        az_wake(&c->socket.file.queue, POLLOUT | POLLWRNORM);
}

/*
 * An acceptable ACK, before the window in the segment is taken over: the comparison with the old one tells a duplicate from
 * a window update.
 */
void tcp_acked(struct tcp_connection *c, const struct tcp_arrival *a)
{
    bool news = c->agreed.sack && a->sack_count && tcp_note_sack(c, a);

    if (tcp_after(a->ack, c->send_unacked)) {
        tcp_acked_new(c, a);
    } else if (c->send_unacked != c->send_next && a->length == 0 && !(a->flags & TCP_FLAG_FIN) &&
               (news || a->window << c->agreed.send_scale == c->send_window)) {
        if (c->dup_acks < UINT8_MAX)
            c->dup_acks++;
    }
    if (c->congestion == TCP_LOSS)
        return;
    if (c->agreed.sack) {
        if (c->sacked && tcp_mark_lost_by_sack(c) && c->congestion == TCP_OPEN)
            tcp_enter_recovery(c);
    } else if (c->congestion == TCP_OPEN && c->dup_acks >= DUP_THRESHOLD && tcp_after(a->ack, c->recover - 1)) {
        tcp_enter_recovery(c);
        tcp_mark_first_lost(c);
    }
}

/* How often in a row a segment is sent before the connection is given up. */
static bool tcp_gives_up(struct tcp_connection *c, az_time now)
{
    unsigned limit = CONFIG_NET_TCP_RETRIES;
    if (c->tries == 0)
        c->unanswered_since = now;
    if (c->user_timeout_ms && c->tries && now - c->unanswered_since >= AZ_MS(c->user_timeout_ms))
        return true;
    if (c->state == TCP_SYN_SENT || c->state == TCP_SYN_RECV)
        limit = CONFIG_NET_TCP_SYN_RETRIES;
    else if (c->orphan)
        limit = CONFIG_NET_TCP_ORPHAN_RETRIES;
    return c->tries >= limit;
}

void tcp_timed_out(struct tcp_connection *c, az_time now)
{
    bool waiting = c->send_unacked != c->send_next;
    bool window = !c->send_unsent || tcp_after(c->send_unacked + c->send_window, tcp_segment(c->send_unsent)->sequence);

    if (!waiting && !c->send_unsent)
        return;
    if (!waiting && window) {
        tcp_output(c, now, true); /* a cork, or less than a segment in a small window: long enough */
        return;
    }
    if (tcp_gives_up(c, now)) {
        tcp_abort(c, -ETIMEDOUT);
        return;
    }
    tcp_stack()->counters.timeouts++;
    if (waiting) {
        if (c->tries == 0)
            c->threshold = AZ_MAX(tcp_in_flight(c) / 2, 2u * c->mss);
        for (struct az_netbuf *b = c->send_first; b && b != c->send_unsent; b = tcp_segment(b)->next)
            tcp_segment(b)->marks = TCP_MARK_LOST; /* what SACK said may have been taken back (RFC 2018, 8) */
        c->sacked = false;
        c->dup_acks = 0;
        c->congestion = TCP_LOSS;
        c->recover = c->send_next;
        c->window = c->mss;
    }
    c->tries++;
    c->rto = AZ_MIN(c->rto * 2, TCP_RTO_MAX);
    if (waiting)
        tcp_output(c, now, false);
    else
        tcp_send_probe(c, now);
    if (c->state != TCP_CLOSE)
        tcp_timer_set(c, TCP_TIMER_SEND, now + c->rto);
}
