/* Datagrams and ICMP errors in. */
#include <errno.h>
#include <poll.h>

#include "udp_parts.h"

struct udp_counters udp_counters;

static bool udp_sum_is_right(const struct az_ipv4_packet *packet, const struct az_netbuf *payload, uint32_t length,
                             const struct udp_header *header)
{
    static const uint8_t none[2] = {0, 0};
    if (payload->flags & AZ_NETBUF_CHECKSUM_OK || __builtin_memcmp(header->checksum, none, 2) == 0)
        return true;
    uint32_t sum = az_checksum_pseudo(packet->source, packet->destination, IPPROTO_UDP, length);
    for (const struct az_netbuf *part = payload; part && length; part = part->fragment) {
        uint32_t bytes = AZ_MIN(part->length, length);
        sum = az_checksum_add(sum, part->data, bytes);
        length -= bytes;
    }
    return az_checksum_end(sum) == 0;
}

static void udp_queue(struct udp_socket *u, struct az_netbuf *datagram, const struct udp_origin *origin)
{
    uint32_t cost = 0;
    for (const struct az_netbuf *part = datagram; part; part = part->fragment)
        cost += UDP_BUFFER_COST;
    if (u->receive_shut || u->queued + cost > u->socket.receive_limit) {
        udp_counters.dropped++;
        az_netbuf_unref(datagram);
        return;
    }
    *udp_origin(datagram) = *origin;
    datagram->next = NULL;
    *u->end = datagram;
    u->end = &datagram->next;
    u->queued += cost;
    az_wake(&u->socket.file.queue, POLLIN | POLLRDNORM);
}

bool udp_input(const struct az_ipv4_packet *packet, struct az_netbuf *payload)
{
    struct az_view view = {payload->data, payload->length};
    const struct udp_header *header = az_view_take(&view, sizeof(*header));
    uint32_t length, whole = 0;

    for (const struct az_netbuf *part = payload; part; part = part->fragment)
        whole += part->length;
    length = header ? az_be16_get(header->length) : 0;
    if (!header || length < sizeof(*header) || length > whole || !udp_sum_is_right(packet, payload, length, header)) {
        udp_counters.bad++;
        az_netbuf_unref(payload);
        return true;
    }
    struct udp_origin origin = {packet->source, az_be16_get(header->source), length - (uint32_t)sizeof(*header)};
    struct udp_socket *u = udp_find(packet->destination, az_be16_get(header->destination), origin.address, origin.port);
    if (!u)
        return false;
    udp_counters.received++;
    az_netbuf_pull(payload, sizeof(*header));
    if (!payload->fragment)
        payload->length = origin.bytes;
    udp_queue(u, payload, &origin);
    return true;
}

void udp_error(const struct az_ipv4_error *error)
{
    const struct udp_header *header = (const struct udp_header *)(const void *)error->payload;
    struct udp_socket *u = udp_find(error->source, az_be16_get(header->source), error->destination,
                                    az_be16_get(header->destination));

    /* Soft errors are not for who did not ask (RFC 1122, 4.1.3.3, and Linux without IP_RECVERR). */
    if (!u || !u->remote || !error->hard)
        return;
    u->socket.error = error->error;
    az_wake(&u->socket.file.queue, POLLERR | POLLIN | POLLOUT);
}
