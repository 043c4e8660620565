/* Options of level IPPROTO_TCP. */
#include <errno.h>

#include <az/clock.h>

#include "tcp_parts.h"

int tcp_set_option(struct az_socket *socket, int level, int option, const void *value, socklen_t bytes)
{
    struct tcp_connection *c = tcp_of_socket(socket);
    int number;

    if (level != IPPROTO_TCP)
        return -ENOPROTOOPT;
    if (bytes < sizeof(number))
        return -EINVAL;
    __builtin_memcpy(&number, value, sizeof(number));
    switch (option) {
    case TCP_NODELAY:
        c->no_delay = number;
        break;
    case TCP_CORK:
        c->cork = number;
        break;
    case TCP_KEEPIDLE:
        if (number < 1 || number > 32767)
            return -EINVAL;
        c->keep_idle_s = (uint32_t)number;
        tcp_keepalive_start(c);
        return 0;
    case TCP_KEEPINTVL:
        if (number < 1 || number > 32767)
            return -EINVAL;
        c->keep_interval_s = (uint32_t)number;
        return 0;
    case TCP_KEEPCNT:
        if (number < 1 || number > 127)
            return -EINVAL;
        c->keep_count = (uint8_t)number;
        return 0;
    case TCP_USER_TIMEOUT:
        if (number < 0)
            return -EINVAL;
        c->user_timeout_ms = (uint32_t)number;
        return 0;
    case TCP_QUICKACK:
        c->ack_now |= number && c->receive_next != c->acked;
        break;
    case TCP_DEFER_ACCEPT:
        return 0; /* a wish: the listener wakes at the handshake */
    default:
        return -ENOPROTOOPT;
    }
    if (c->state == TCP_ESTABLISHED || c->state == TCP_CLOSE_WAIT)
        tcp_output(c, az_clock_now(), c->no_delay && !c->cork);
    return 0;
}

static void tcp_info(const struct tcp_connection *c, struct tcp_info *out)
{
    *out = (struct tcp_info){
        .tcpi_state = c->state,
        .tcpi_retransmits = c->tries,
        .tcpi_probes = c->keep_probes,
        .tcpi_options = (uint8_t)(c->agreed.timestamps | c->agreed.sack << 1 | c->agreed.scaling << 2),
        .tcpi_snd_wscale = (uint8_t)(c->agreed.send_scale & 15),
        .tcpi_rcv_wscale = (uint8_t)(c->agreed.receive_scale & 15),
        .tcpi_rto = (uint32_t)(c->rto >> 10),
        .tcpi_snd_mss = c->mss,
        .tcpi_rcv_mss = c->full_segment,
        .tcpi_unacked = c->state == TCP_LISTEN ? c->accept_count : c->send_segments,
        .tcpi_sacked = c->state == TCP_LISTEN ? c->backlog : 0,
        .tcpi_retrans = c->congestion != TCP_OPEN,
        .tcpi_pmtu = c->route.mtu,
        .tcpi_rtt = (uint32_t)(c->rtt >> 10),
        .tcpi_rttvar = (uint32_t)(c->rtt_variance >> 10),
        .tcpi_snd_ssthresh = c->threshold,
        .tcpi_snd_cwnd = c->mss ? c->window / c->mss : 0,
        .tcpi_rcv_space = c->socket.receive_limit,
        .tcpi_total_retrans = c->retransmitted,
    };
}

int tcp_get_option(struct az_socket *socket, int level, int option, void *out, socklen_t *inout_bytes)
{
    struct tcp_connection *c = tcp_of_socket(socket);
    int number = 0;

    if (level != IPPROTO_TCP)
        return -ENOPROTOOPT;
    switch (option) {
    case TCP_NODELAY:
        number = c->no_delay;
        break;
    case TCP_CORK:
        number = c->cork;
        break;
    case TCP_MAXSEG:
        number = c->mss ? c->mss : (int)TCP_MSS_FALLBACK;
        break;
    case TCP_KEEPIDLE:
        number = (int)c->keep_idle_s;
        break;
    case TCP_KEEPINTVL:
        number = (int)c->keep_interval_s;
        break;
    case TCP_KEEPCNT:
        number = c->keep_count;
        break;
    case TCP_USER_TIMEOUT:
        number = (int)c->user_timeout_ms;
        break;
    case TCP_QUICKACK:
    case TCP_DEFER_ACCEPT:
        break;
    case TCP_INFO: {
        struct tcp_info info;
        tcp_info(c, &info);
        *inout_bytes = AZ_MIN(*inout_bytes, (socklen_t)sizeof(info));
        __builtin_memcpy(out, &info, *inout_bytes);
        return 0;
    }
    default:
        return -ENOPROTOOPT;
    }
    *inout_bytes = AZ_MIN(*inout_bytes, (socklen_t)sizeof(number));
    __builtin_memcpy(out, &number, *inout_bytes);
    return 0;
}

void tcp_option_changed(struct az_socket *socket, int option)
{
    struct tcp_connection *c = tcp_of_socket(socket);
    if (option == SO_KEEPALIVE) {
        c->heard = az_clock_now();
        tcp_keepalive_start(c);
    }
}
