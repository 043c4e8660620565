/* Options in and out: MSS (RFC 9293, 3.7.1), window scale and timestamps (RFC 7323), SACK (RFC 2018). */
#include "tcp_parts.h"

#define OPTION_END 0u
#define OPTION_NOP 1u
#define OPTION_MSS 2u
#define OPTION_SCALE 3u
#define OPTION_SACK_PERMITTED 4u
#define OPTION_SACK 5u
#define OPTION_TIMESTAMP 8u

static void tcp_parse_option(uint8_t kind, const uint8_t *value, uint32_t bytes, struct tcp_arrival *a)
{
    bool syn = a->flags & TCP_FLAG_SYN;
    if (kind == OPTION_MSS && bytes == 2 && syn) {
        a->mss = az_be16_get(*(const az_be16 *)value);
    } else if (kind == OPTION_SCALE && bytes == 1 && syn) {
        a->has_scale = true;
        a->scale = AZ_MIN(value[0], (uint8_t)TCP_WINDOW_SCALE_MAX);
    } else if (kind == OPTION_SACK_PERMITTED && bytes == 0 && syn) {
        a->sack_permitted = true;
    } else if (kind == OPTION_SACK && bytes && bytes % 8 == 0) {
        a->sack = value;
        a->sack_count = (uint8_t)(bytes / 8);
    } else if (kind == OPTION_TIMESTAMP && bytes == 8) {
        a->has_timestamp = true;
        a->timestamp = az_be32_get(*(const az_be32 *)value);
        a->timestamp_echo = az_be32_get(*(const az_be32 *)(value + 4));
    }
}

bool tcp_parse_options(struct az_view options, struct tcp_arrival *a)
{
    for (;;) {
        const uint8_t *kind = az_view_take(&options, 1);
        if (!kind || *kind == OPTION_END)
            return true;
        if (*kind == OPTION_NOP)
            continue;
        const uint8_t *bytes = az_view_take(&options, 1);
        const uint8_t *value = bytes && *bytes >= 2 ? az_view_take(&options, *bytes - 2u) : NULL;
        if (!value)
            return false;
        tcp_parse_option(*kind, value, *bytes - 2u, a);
    }
}

static uint8_t *put_be32(uint8_t *at, uint32_t value)
{
    *(az_be32 *)at = az_be32_of(value);
    return at + 4;
}

uint8_t *tcp_put_timestamp(uint8_t *at, az_time now, uint32_t echo)
{
    at = put_be32(at, OPTION_NOP << 24 | OPTION_NOP << 16 | OPTION_TIMESTAMP << 8 | 10);
    return put_be32(put_be32(at, tcp_timestamp(now)), echo);
}

uint32_t tcp_syn_options(uint8_t *out, uint16_t mss, const struct tcp_agreement *offer, az_time now)
{
    uint8_t *at = put_be32(out, OPTION_MSS << 24 | 4u << 16 | mss);
    if (offer->scaling)
        at = put_be32(at, OPTION_NOP << 24 | OPTION_SCALE << 16 | 3u << 8 | offer->receive_scale);
    if (offer->sack)
        at = put_be32(at, OPTION_NOP << 24 | OPTION_NOP << 16 | OPTION_SACK_PERMITTED << 8 | 2);
    if (offer->timestamps)
        at = tcp_put_timestamp(at, now, offer->timestamp_recent);
    return (uint32_t)(at - out);
}

/* One block per run of what came early; the run with the latest segment first (RFC 2018, section 4). */
static uint8_t *put_sack(const struct tcp_connection *c, uint8_t *at, uint32_t blocks_max)
{
    uint8_t *first = at + 4;
    uint32_t blocks = 0;
    const struct az_netbuf *piece = c->early;

    put_be32(at, OPTION_NOP << 24 | OPTION_NOP << 16 | OPTION_SACK << 8);
    while (piece) {
        uint32_t start = ((const struct tcp_piece *)(const void *)piece->control)->sequence;
        uint32_t end = start + piece->length;
        while ((piece = piece->next) && ((const struct tcp_piece *)(const void *)piece->control)->sequence == end)
            end += piece->length;
        bool recent = !tcp_before(c->early_recent, start) && tcp_before(c->early_recent, end);
        if (blocks == blocks_max && !recent)
            continue;
        uint8_t *place = first + blocks * 8;
        if (blocks == blocks_max)
            place -= 8;
        else
            blocks++;
        if (recent && place != first) {
            __builtin_memcpy(place, first, 8);
            place = first;
        }
        put_be32(put_be32(place, start), end);
    }
    at[3] = (uint8_t)(2 + blocks * 8);
    return first + blocks * 8;
}

/* Options of a segment on an open connection; blocks of SACK only as `room` bytes allow. */
uint32_t tcp_data_options(const struct tcp_connection *c, uint8_t *out, az_time now, uint32_t room)
{
    uint8_t *at = out;
    if (c->agreed.timestamps) {
        at = tcp_put_timestamp(at, now, c->agreed.timestamp_recent);
        room -= AZ_MIN(room, TCP_TIMESTAMP_BYTES);
    }
    room = AZ_MIN(room, TCP_OPTIONS_MAX - (uint32_t)(at - out));
    if (AZ_UNLIKELY(c->early && c->agreed.sack && room >= 12))
        at = put_sack(c, at, (room - 4) / 8);
    return (uint32_t)(at - out);
}

/* What both sides can: the peer's SYN against what we offer. */
void tcp_agree(struct tcp_agreement *agreed, const struct tcp_arrival *syn, uint8_t our_scale)
{
    agreed->peer_mss = AZ_MAX(syn->mss ? syn->mss : (uint16_t)TCP_MSS_FALLBACK, (uint16_t)TCP_MSS_MIN);
    agreed->scaling = syn->has_scale;
    agreed->send_scale = syn->has_scale ? syn->scale : 0;
    agreed->receive_scale = syn->has_scale ? our_scale : 0;
    agreed->sack = syn->sack_permitted;
    agreed->timestamps = syn->has_timestamp;
    agreed->timestamp_recent = syn->timestamp;
}
