/* Segments onto the wire: header, checksum, route. */
#include "tcp_parts.h"

void tcp_emit(const struct az_ipv4_route *route, const struct tcp_tuple *tuple, struct az_netbuf *buffer,
              uint32_t sequence, uint32_t ack, unsigned flags, uint16_t window, const uint8_t *options,
              uint32_t option_bytes)
{
    struct tcp_header *header;
    uint32_t sum;
    uint16_t checksum;

    if (option_bytes)
        __builtin_memcpy(az_netbuf_push(buffer, option_bytes), options, option_bytes);
    header = az_netbuf_push(buffer, sizeof(*header));
    header->source = az_be16_of(tuple->local_port);
    header->destination = az_be16_of(tuple->remote_port);
    header->sequence = az_be32_of(sequence);
    header->ack = az_be32_of(ack);
    header->words = (uint8_t)((sizeof(*header) + option_bytes) / 4 << 4);
    header->flags = (uint8_t)flags;
    header->window = az_be16_of(window);
    __builtin_memset(header->checksum, 0, 2);
    header->urgent = az_be16_of(0);

    sum = az_checksum_pseudo(tuple->local, tuple->remote, IPPROTO_TCP, buffer->length);
    if (route->device->offloads & AZ_NETDEV_CHECKSUM_OUT) {
        buffer->flags = AZ_NETBUF_CHECKSUM;
        buffer->checksum_start = 0;
        buffer->checksum_offset = offsetof(struct tcp_header, checksum);
        checksum = (uint16_t)~az_checksum_end(sum);
    } else {
        buffer->flags = 0;
        checksum = az_checksum_end(az_checksum_add(sum, buffer->data, buffer->length));
    }
    __builtin_memcpy(header->checksum, &checksum, 2);
    tcp_stack()->counters.sent++;
    az_ipv4_send(route, buffer, IPPROTO_TCP, 0, true);
}

void tcp_emit_bare(const struct tcp_tuple *tuple, uint32_t sequence, uint32_t ack, unsigned flags, uint16_t window,
                   const uint8_t *options, uint32_t option_bytes)
{
    struct az_ipv4_route route;
    struct az_netbuf *buffer;

    if (az_ipv4_route(tuple->remote, tuple->local, &route))
        return;
    buffer = az_netbuf_alloc(0);
    if (buffer)
        tcp_emit(&route, tuple, buffer, sequence, ack, flags, window, options, option_bytes);
}

void tcp_answer_reset(const struct tcp_arrival *a)
{
    uint32_t space = a->length + !!(a->flags & TCP_FLAG_SYN) + !!(a->flags & TCP_FLAG_FIN);
    if (a->flags & TCP_FLAG_RST)
        return;
    tcp_stack()->counters.resets_sent++;
    if (a->flags & TCP_FLAG_ACK)
        tcp_emit_bare(&a->tuple, a->ack, 0, TCP_FLAG_RST, 0, NULL, 0);
    else
        tcp_emit_bare(&a->tuple, 0, a->sequence + space, TCP_FLAG_RST | TCP_FLAG_ACK, 0, NULL, 0);
}

static void tcp_emit_empty(struct tcp_connection *c, uint32_t sequence, unsigned flags, az_time now)
{
    uint8_t options[TCP_OPTIONS_MAX];
    struct az_netbuf *buffer = az_netbuf_alloc(0);

    if (!buffer)
        return; /* the peer asks again */
    uint32_t bytes = tcp_data_options(c, options, now, TCP_OPTIONS_MAX);
    uint16_t window = tcp_receive_window(c);
    c->acked = c->receive_next;
    c->ack_now = false;
    c->deadlines[TCP_TIMER_ACK] = AZ_TIME_NEVER;
    tcp_emit(&c->route, &c->node.tuple, buffer, sequence, c->receive_next, flags, window, options, bytes);
}

void tcp_send_ack(struct tcp_connection *c, az_time now)
{
    tcp_emit_empty(c, c->send_next, TCP_FLAG_ACK, now);
}

void tcp_send_probe(struct tcp_connection *c, az_time now)
{
    tcp_emit_empty(c, c->send_unacked - 1, TCP_FLAG_ACK, now);
}

void tcp_send_reset(struct tcp_connection *c)
{
    tcp_stack()->counters.resets_sent++;
    tcp_emit_bare(&c->node.tuple, c->send_next, c->receive_next, TCP_FLAG_RST | TCP_FLAG_ACK, 0, NULL, 0);
}

bool tcp_challenge_allowed(az_time now)
{
    struct tcp_stack *stack = tcp_stack();
    uint32_t second = (uint32_t)(now >> 30);
    if (second != stack->challenge_second) {
        stack->challenge_second = second;
        stack->challenges_left = CONFIG_NET_TCP_CHALLENGES;
    }
    if (!stack->challenges_left)
        return false;
    stack->challenges_left--;
    stack->counters.challenges++;
    return true;
}

void tcp_challenge(struct tcp_connection *c, az_time now)
{
    if (tcp_challenge_allowed(now))
        tcp_send_ack(c, now);
}
