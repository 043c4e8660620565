/*
 * One az_timer per connection for all its deadlines. Moving a deadline back does not move the timer: it comes, finds nothing due,
 * and sets itself again, so that data flowing both ways touches no timer per segment.
 */
#include <errno.h>

#include <az/clock.h>

#include "tcp_parts.h"

void tcp_timer_set(struct tcp_connection *c, enum tcp_timer_kind kind, az_time deadline)
{
    c->deadlines[kind] = deadline;
    if (deadline < c->timer_at) {
        c->timer_at = deadline;
        az_timer_set(&c->timer, deadline);
    }
}

void tcp_keepalive_start(struct tcp_connection *c)
{
    c->keep_probes = 0;
    if (c->socket.options & AZ_SO_KEEPALIVE && (c->state == TCP_ESTABLISHED || c->state == TCP_CLOSE_WAIT))
        tcp_timer_set(c, TCP_TIMER_LIFE, c->heard + AZ_SECONDS(c->keep_idle_s));
}

/* Keepalive (RFC 9293, 3.8.4); an orphan that gets nowhere. */
static void tcp_life_expired(struct tcp_connection *c, az_time now)
{
    if (c->orphan) {
        if (c->orphan_mark == c->send_unacked) { /* a peer that keeps its window shut */
            tcp_abort(c, 0);
        } else {
            c->orphan_mark = c->send_unacked;
            tcp_timer_set(c, TCP_TIMER_LIFE, now + TCP_ORPHAN_TIME);
        }
        return;
    }
    if (!(c->socket.options & AZ_SO_KEEPALIVE) || (c->state != TCP_ESTABLISHED && c->state != TCP_CLOSE_WAIT))
        return;
    az_time due = c->heard + AZ_SECONDS(c->keep_idle_s);
    if (due > now) {
        c->keep_probes = 0;
        tcp_timer_set(c, TCP_TIMER_LIFE, due);
        return;
    }
    if (c->keep_probes >= c->keep_count) {
        tcp_abort(c, -ETIMEDOUT);
        return;
    }
    c->keep_probes++;
    tcp_send_probe(c, now);
    tcp_timer_set(c, TCP_TIMER_LIFE, now + AZ_SECONDS(c->keep_interval_s));
}

void tcp_timer_expired(struct az_timer *timer)
{
    struct tcp_connection *c = AZ_CONTAINER_OF(timer, struct tcp_connection, timer);
    az_time now = az_clock_now(), next = AZ_TIME_NEVER;

    tcp_hold(c);
    c->timer_at = 0; /* the handlers only note deadlines */
    if (c->deadlines[TCP_TIMER_ACK] <= now) {
        c->deadlines[TCP_TIMER_ACK] = AZ_TIME_NEVER;
        tcp_send_ack(c, now);
    }
    if (c->deadlines[TCP_TIMER_LIFE] <= now) {
        c->deadlines[TCP_TIMER_LIFE] = AZ_TIME_NEVER;
        tcp_life_expired(c, now);
    }
    if (c->deadlines[TCP_TIMER_SEND] <= now) {
        c->deadlines[TCP_TIMER_SEND] = AZ_TIME_NEVER;
        if (TCP_CONNECTS && c->state == TCP_SYN_SENT && !c->hashed)
            tcp_connect_continue(c, now);
        else
            tcp_timed_out(c, now);
    }
    for (unsigned i = 0; i < TCP_TIMERS; i++)
        next = AZ_MIN(next, c->deadlines[i]);
    c->timer_at = next;
    if (next != AZ_TIME_NEVER)
        az_timer_set(timer, next);
    tcp_release(c);
}
