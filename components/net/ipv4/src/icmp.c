/* ICMP (RFC 792; RFC 1122, 3.2.2): echo replies, errors out within a rate, errors in to the transports. */
#include <az/clock.h>
#include <errno.h>

#include "ipv4_parts.h"

#define ICMP_ECHO_REPLY 0u
#define ICMP_ECHO 8u
#define ICMP_TIME_EXCEEDED 11u
#define ICMP_PARAMETER_PROBLEM 12u

#define ICMP_QUOTE_MAX 548u          /* RFC 1812, 4.3.2.3: 576 with both headers */
#define ICMP_ERROR_INTERVAL AZ_MS(10) /* 100 a second in the long run, */
#define ICMP_ERROR_BURST 20           /* so many at once */

struct icmp_header {
    uint8_t type, code;
    uint8_t checksum[2];
    az_be16 unused, mtu;
};
_Static_assert(sizeof(struct icmp_header) == 8, "RFC 792");

static uint32_t icmp_sum(const struct az_netbuf *message)
{
    uint32_t sum = 0;
    for (; message; message = message->fragment)
        sum = az_checksum_add(sum, message->data, message->length);
    return sum;
}

/* Sums `message`, which starts with `header`, and sends it. */
static void icmp_send(const struct az_ipv4_packet *to, struct az_netbuf *message, struct icmp_header *header)
{
    struct az_ipv4_route route;
    uint16_t checksum;

    __builtin_memset(header->checksum, 0, 2);
    checksum = az_checksum_end(icmp_sum(message));
    __builtin_memcpy(header->checksum, &checksum, 2);
    message->flags = 0;
    if (az_ipv4_route(to->source, to->destination, &route))
        az_netbuf_unref(message);
    else
        az_ipv4_send(&route, message, IPV4_PROTOCOL_ICMP, 0, false);
}

static bool icmp_error_allowed(void)
{
    static az_time next; /* when the bucket will be full again */
    az_time now = az_clock_now();
    if (next < now)
        next = now;
    if (next - now > ICMP_ERROR_BURST * ICMP_ERROR_INTERVAL) {
        az_ipv4_stats.icmp_limited++;
        return false;
    }
    next += ICMP_ERROR_INTERVAL;
    return true;
}

void icmp_send_unreachable(const struct az_ipv4_packet *packet, const struct az_netbuf *payload, uint32_t header_bytes,
                           uint8_t code)
{
    uint32_t quote = AZ_MIN(header_bytes + payload->length, ICMP_QUOTE_MAX);
    struct az_netbuf *message;
    struct icmp_header *header;

    if (packet->broadcast || !icmp_error_allowed())
        return;
    message = az_netbuf_alloc(sizeof(*header) + quote);
    if (!message)
        return;
    header = (struct icmp_header *)(void *)message->data;
    *header = (struct icmp_header){.type = ICMP_UNREACHABLE, .code = code};
    __builtin_memcpy(header + 1, payload->data - header_bytes, quote);
    message->length = (uint32_t)sizeof(*header) + quote;
    icmp_send(packet, message, header);
}

bool icmp_deliver_error(struct az_view quoted, int error, bool hard, uint16_t mtu)
{
    const struct az_ipv4_header *header = az_view_take(&quoted, sizeof(*header));
    struct az_ipv4_error report = {.error = error, .hard = hard, .mtu = mtu};

    if (!header || header->version_words >> 4 != 4 || (header->version_words & 15) < 5 ||
        (az_be16_get(header->fragment) & AZ_IPV4_OFFSET) ||
        !az_view_take(&quoted, ((header->version_words & 15u) - 5) * 4))
        return false;
    report.source = az_ip4_load(header->source);
    report.destination = az_ip4_load(header->destination);
    report.payload = az_view_take(&quoted, 8);
    if (!report.payload || !az_ipv4_is_local(report.source))
        return false;
    for (struct az_ipv4_protocol *p = ipv4_protocols; p; p = p->next) {
        if (p->number == header->protocol && p->error)
            p->error(&report);
    }
    return true;
}

/* Linux's errno for an unreachable code, RFC 1122 4.2.3.9 for what is hard. */
static void icmp_input_error(const struct icmp_header *header, struct az_view quoted)
{
    static const uint8_t errors[] = {ENETUNREACH, EHOSTUNREACH, ENOPROTOOPT, ECONNREFUSED, EMSGSIZE,    EOPNOTSUPP,
                                     ENETUNREACH, EHOSTDOWN,    ENONET,      ENETUNREACH,  EHOSTUNREACH, ENETUNREACH,
                                     EHOSTUNREACH, EHOSTUNREACH, EHOSTUNREACH, EHOSTUNREACH};
    int error = EHOSTUNREACH;
    bool hard = false;

    if (header->type == ICMP_PARAMETER_PROBLEM) {
        error = EPROTO;
        hard = true;
    } else if (header->type == ICMP_UNREACHABLE) {
        if (header->code >= sizeof(errors))
            return;
        error = errors[header->code];
        hard = header->code == ICMP_UNREACHABLE_PROTOCOL || header->code == ICMP_UNREACHABLE_PORT;
    }
    if (!icmp_deliver_error(quoted, -error, hard, az_be16_get(header->mtu)))
        az_ipv4_stats.bad++;
}

void icmp_input(const struct az_ipv4_packet *packet, struct az_netbuf *payload)
{
    struct az_view view = {payload->data, payload->length};
    const struct icmp_header *header = az_view_take(&view, sizeof(*header));

    if (!header || az_checksum_end(icmp_sum(payload)) != 0) {
        az_ipv4_stats.bad++;
    } else if (header->type == ICMP_ECHO && !packet->broadcast) {
        struct icmp_header *reply = (struct icmp_header *)(void *)payload->data;
        reply->type = ICMP_ECHO_REPLY;
        icmp_send(packet, payload, reply);
        return;
    } else if (header->type == ICMP_UNREACHABLE || header->type == ICMP_TIME_EXCEEDED ||
               header->type == ICMP_PARAMETER_PROBLEM) {
        icmp_input_error(header, view);
    }
    az_netbuf_unref(payload);
}
