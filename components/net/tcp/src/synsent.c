/* SYN-SENT (RFC 9293, 3.10.7.3), and both sides calling at once. */
#include <errno.h>
#include <poll.h>

#include "tcp_parts.h"

void tcp_synsent_input(struct tcp_connection *c, struct tcp_arrival *a)
{
    bool has_ack = a->flags & TCP_FLAG_ACK;

    if (has_ack && (!tcp_after(a->ack, c->send_initial) || tcp_after(a->ack, c->send_next))) {
        tcp_answer_reset(a);
        return;
    }
    if (a->flags & TCP_FLAG_RST) {
        if (has_ack) {
            tcp_stack()->counters.resets_received++;
            tcp_done(c, -ECONNREFUSED);
        }
        return;
    }
    if (!(a->flags & TCP_FLAG_SYN))
        return;

    tcp_agree(&c->agreed, a, c->agreed.receive_scale);
    c->receive_next = c->acked = a->sequence + 1;
    c->receive_edge = c->receive_next + AZ_MIN(c->socket.receive_limit, 65535u);
    c->send_window = a->window; /* not scaled in a SYN */
    c->window_sequence = a->sequence;
    c->window_ack = a->ack;
    if (!has_ack) {
        c->state = TCP_SYN_RECV;
        tcp_set_mss(c);
        c->send_unsent = c->send_first; /* the same SYN again, with an ACK */
        c->send_next = c->send_initial;
        c->deadlines[TCP_TIMER_SEND] = AZ_TIME_NEVER;
        tcp_output(c, a->now, true);
        return;
    }
    c->ack_now = true;
    uint8_t tries = c->tries;
    tcp_acked(c, a);
    c->tries = tries; /* a SYN that was lost means a small first window */
    tcp_established(c, a->now);
    az_wake(&c->socket.file.queue, POLLOUT | POLLWRNORM);
    if (a->length || a->flags & TCP_FLAG_FIN) {
        a->sequence++;
        tcp_receive(c, a, a->flags & TCP_FLAG_FIN);
    }
    tcp_output(c, a->now, false);
}
