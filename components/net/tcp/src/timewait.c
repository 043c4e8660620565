/*
 * After the end: a record of 80 bytes answers what still comes, for 60 s. In TIME-WAIT (RFC 9293, 3.10.7.4; RFC 1337: RSTs are
 * ignored; RFC 6191: a newer SYN may take the tuple over), or in FIN-WAIT-2 when the app has closed and the peer has not.
 * There are at most CONFIG_NET_TCP_TIME_WAITS of them; then the oldest goes first.
 */
#include <az/clock.h>
#include <az/heap.h>

#include "tcp_parts.h"

void tcp_timewait_drop(struct tcp_timewait *wait)
{
    tcp_remove(&wait->node);
    tcp_fifo_remove(&wait->link);
    tcp_stack()->counters.timewaits--;
    az_heap_free(wait, sizeof(*wait));
}

void tcp_timewait_tick(struct az_timer *timer)
{
    struct tcp_stack *stack = tcp_stack();
    az_time now = az_clock_now();

    while (stack->timewaits.next != &stack->timewaits && stack->timewaits.next->deadline <= now)
        tcp_timewait_drop(AZ_CONTAINER_OF(stack->timewaits.next, struct tcp_timewait, link));
    if (stack->timewaits.next != &stack->timewaits)
        az_timer_set(timer, stack->timewaits.next->deadline);
}

/* Puts a record in the place of the connection, which is done; without memory there is none, and the peer meets a RST. */
void tcp_timewait_enter(struct tcp_connection *c, az_time now)
{
    struct tcp_stack *stack = tcp_stack();
    bool fin_wait_2 = c->state == TCP_FIN_WAIT2 && !c->fin_received;
    struct tcp_timewait *wait = NULL;

    if (c->ack_now)
        tcp_send_ack(c, now);
    if (stack->counters.timewaits >= CONFIG_NET_TCP_TIME_WAITS)
        tcp_timewait_drop(AZ_CONTAINER_OF(stack->timewaits.next, struct tcp_timewait, link));
    wait = az_heap_zalloc(sizeof(*wait));
    if (wait) {
        wait->node.kind = TCP_NODE_TIMEWAIT;
        wait->node.tuple = c->node.tuple;
        wait->send_next = c->send_next;
        wait->receive_next = c->receive_next;
        wait->window = tcp_receive_window(c);
        wait->timestamps = c->agreed.timestamps;
        wait->timestamp_recent = c->agreed.timestamp_recent;
        wait->fin_wait_2 = fin_wait_2;
        stack->counters.timewaits++;
        stack->timewait_timer.expired = tcp_timewait_tick;
        tcp_fifo_add(&stack->timewaits, &stack->timewait_timer, &wait->link,
                     now + (fin_wait_2 ? TCP_FIN_WAIT_TIME : TCP_TIME_WAIT_TIME));
    }
    tcp_done(c, 0); /* first out of the table, then its heir in: one tuple, one node */
    if (wait)
        tcp_insert(&wait->node);
}

static void tcp_timewait_ack(const struct tcp_timewait *wait, az_time now)
{
    uint8_t options[TCP_TIMESTAMP_BYTES];
    uint32_t bytes = 0;
    if (wait->timestamps) {
        tcp_put_timestamp(options, now, wait->timestamp_recent);
        bytes = TCP_TIMESTAMP_BYTES;
    }
    tcp_emit_bare(&wait->node.tuple, wait->send_next, wait->receive_next, TCP_FLAG_ACK, wait->window, options, bytes);
}

/* RFC 6191: a SYN that cannot be an old one. */
static bool tcp_is_new_syn(const struct tcp_timewait *wait, const struct tcp_arrival *a)
{
    if ((a->flags & (TCP_FLAG_SYN | TCP_FLAG_ACK | TCP_FLAG_RST)) != TCP_FLAG_SYN)
        return false;
    return tcp_after(a->sequence, wait->receive_next) ||
           (wait->timestamps && a->has_timestamp && tcp_after(a->timestamp, wait->timestamp_recent));
}

void tcp_timewait_input(struct tcp_timewait *wait, struct tcp_arrival *a)
{
    struct tcp_stack *stack = tcp_stack();
    struct tcp_connection *listener;

    if (TCP_LISTENS && !wait->fin_wait_2 && tcp_is_new_syn(wait, a) &&
        (listener = tcp_find_listener(&a->tuple))) {
        tcp_timewait_drop(wait);
        tcp_listener_input(listener, a);
        return;
    }
    if (a->flags & TCP_FLAG_RST) {
        if (wait->fin_wait_2 && a->sequence == wait->receive_next)
            tcp_timewait_drop(wait);
        return;
    }
    if (wait->timestamps && a->has_timestamp && tcp_before(a->timestamp, wait->timestamp_recent)) {
        if (tcp_challenge_allowed(a->now))
            tcp_timewait_ack(wait, a->now);
        return;
    }
    if (wait->fin_wait_2 && a->length && tcp_after(a->sequence + a->length, wait->receive_next)) {
        tcp_answer_reset(a); /* data that nobody will read */
        tcp_timewait_drop(wait);
        return;
    }
    if (a->flags & TCP_FLAG_FIN) {
        if (wait->fin_wait_2 && a->sequence == wait->receive_next) {
            wait->receive_next++;
            wait->fin_wait_2 = false;
        }
        tcp_fifo_remove(&wait->link);
        tcp_fifo_add(&stack->timewaits, &stack->timewait_timer, &wait->link, a->now + TCP_TIME_WAIT_TIME);
        tcp_timewait_ack(wait, a->now);
        return;
    }
    /* A bare ACK in its place needs no answer; whatever else is out of place gets ours. */
    if ((a->length || a->flags & TCP_FLAG_SYN || a->sequence != wait->receive_next) && tcp_challenge_allowed(a->now))
        tcp_timewait_ack(wait, a->now);
}
