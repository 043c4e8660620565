/* IPv4 in and out (RFC 791; RFC 1122, 3.2; RFC 6864 for the identification field). */
#include <az/random.h>
#include <az/self.h>
#include <errno.h>

#include "ipv4_parts.h"

struct az_ipv4_protocol *ipv4_protocols;
struct az_ipv4_stats az_ipv4_stats;

void az_ipv4_attach(struct az_ipv4_protocol *protocol)
{
    protocol->next = ipv4_protocols;
    ipv4_protocols = protocol;
}

/* Whether a packet that came in by `device` is for us; stores whether it is for everybody. */
static bool ipv4_accepts(const struct az_netdev *device, az_ip4 destination, bool *out_broadcast)
{
    const struct ipv4_interface *interface = device->ipv4;

    *out_broadcast = destination == AZ_IP4_BROADCAST ||
                     (interface && ipv4_is_subnet_broadcast(&interface->config, destination));
    if (*out_broadcast || (interface && interface->config.address == destination))
        return true;
    if (az_ip4_is_loopback(destination))
        return device->flags & AZ_NETDEV_LOOPBACK;
    return az_ipv4_is_local(destination);
}

static bool ipv4_source_makes_sense(const struct az_netdev *device, az_ip4 source)
{
    if (az_ip4_is_loopback(source))
        return device->flags & AZ_NETDEV_LOOPBACK;
    return !az_ip4_is_multicast(source) && source != AZ_IP4_BROADCAST;
}

static void ipv4_deliver(const struct az_ipv4_packet *packet, struct az_netbuf *payload, uint32_t header_bytes,
                         uint8_t number)
{
    if (number == IPV4_PROTOCOL_ICMP) {
        icmp_input(packet, payload);
        return;
    }
    for (struct az_ipv4_protocol *p = ipv4_protocols; p; p = p->next) {
        if (p->number == number && p->input(packet, payload))
            return;
    }
    az_ipv4_stats.unclaimed++;
    icmp_send_unreachable(packet, payload, header_bytes,
                          number == IPV4_PROTOCOL_UDP ? ICMP_UNREACHABLE_PORT : ICMP_UNREACHABLE_PROTOCOL);
    az_netbuf_unref(payload);
}

static void ipv4_input(struct az_netdev *device, struct az_netbuf *frame, const uint8_t *source_mac)
{
    struct az_view view = {frame->data, frame->length};
    const struct az_ipv4_header *header = az_view_take(&view, sizeof(*header));
    struct az_ipv4_packet packet = {.device = device};
    uint32_t header_bytes, bytes;

    (void)source_mac;
    az_ipv4_stats.received++;
    if (!header || header->version_words >> 4 != 4)
        goto bad;
    header_bytes = (header->version_words & 15u) * 4;
    bytes = az_be16_get(header->length);
    if (header_bytes < sizeof(*header) || bytes < header_bytes || bytes > frame->length ||
        az_checksum_end(az_checksum_add(0, header, header_bytes)) != 0)
        goto bad;
    packet.source = az_ip4_load(header->source);
    packet.destination = az_ip4_load(header->destination);
    if (!ipv4_source_makes_sense(device, packet.source))
        goto bad;
    if (!ipv4_accepts(device, packet.destination, &packet.broadcast)) {
        az_ipv4_stats.not_ours++;
        az_netbuf_unref(frame);
        return;
    }
    frame->length = bytes; /* the rest is padding */
    az_netbuf_pull(frame, header_bytes);
    if (az_be16_get(header->fragment) & (AZ_IPV4_MORE_FRAGMENTS | AZ_IPV4_OFFSET)) {
        az_ipv4_stats.fragments++;
        frame = fragment_input(header, frame);
        if (!frame)
            return;
        header = (const struct az_ipv4_header *)(const void *)(frame->data - sizeof(*header));
        header_bytes = sizeof(*header);
    }
    ipv4_deliver(&packet, frame, header_bytes, header->protocol);
    return;
bad:
    az_ipv4_stats.bad++;
    az_netbuf_unref(frame);
}

/* Prepends a header to one packet or fragment and sends it. */
static int ipv4_send_one(const struct az_ipv4_route *route, struct az_netbuf *packet, uint8_t protocol, uint8_t hops,
                         uint16_t id, uint32_t fragment)
{
    struct az_ipv4_header *header = az_netbuf_push(packet, sizeof(*header));
    uint16_t checksum;

    header->version_words = 4 << 4 | 5;
    header->service = 0;
    header->length = az_be16_of((uint16_t)packet->length);
    header->id = az_be16_of(id);
    header->fragment = az_be16_of((uint16_t)fragment);
    header->hops = hops ? hops : 64;
    header->protocol = protocol;
    __builtin_memset(header->checksum, 0, 2);
    az_ip4_store(header->source, route->source);
    az_ip4_store(header->destination, route->destination);
    checksum = az_checksum_end(az_checksum_add(0, header, sizeof(*header)));
    __builtin_memcpy(header->checksum, &checksum, 2);
    packet->checksum_start = (uint16_t)(packet->checksum_start + sizeof(*header));
    az_ipv4_stats.sent++;

    if (route->broadcast || route->device->flags & AZ_NETDEV_LOOPBACK) {
        static const uint8_t everybody[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
        const uint8_t *mac = route->broadcast ? everybody : route->device->mac;
        return az_ether_send(route->device, packet, mac, IPV4_ETHERTYPE) ? 0 : -ENOBUFS;
    }
    return arp_send(route->device, route->next_hop, packet);
}

/* A chain of buffers leaves as fragments, one each; all but the last carry a multiple of 8 bytes. */
static AZ_NOINLINE int ipv4_send_fragments(const struct az_ipv4_route *route, struct az_netbuf *part, uint8_t protocol,
                                           uint8_t hops, uint16_t id)
{
    uint32_t offset = 0;
    int result = 0;
    while (part) {
        struct az_netbuf *rest = part->fragment;
        uint32_t bytes = part->length;
        AZ_ASSERT(!rest || bytes % 8 == 0);
        part->fragment = NULL;
        int error = ipv4_send_one(route, part, protocol, hops, id, offset / 8 | (rest ? AZ_IPV4_MORE_FRAGMENTS : 0));
        if (error)
            result = error;
        offset += bytes;
        part = rest;
    }
    return result;
}

int az_ipv4_send(const struct az_ipv4_route *route, struct az_netbuf *packet, uint8_t protocol, uint8_t hops,
                 bool dont_fragment)
{
    static uint16_t id;

    if (!id)
        id = (uint16_t)az_random_u32();
    id++;
    for (const struct az_netbuf *part = packet; part; part = part->fragment) {
        if (part->length + sizeof(struct az_ipv4_header) > route->mtu || (dont_fragment && part->fragment)) {
            az_netbuf_unref(packet);
            return -EMSGSIZE;
        }
    }
    if (packet->fragment)
        return ipv4_send_fragments(route, packet, protocol, hops, id);
    return ipv4_send_one(route, packet, protocol, hops, id, dont_fragment ? AZ_IPV4_DONT_FRAGMENT : 0);
}

int az_ipv4_init(void)
{
    static struct az_ether_protocol ipv4 = {.ethertype = IPV4_ETHERTYPE, .input = ipv4_input};
    static struct az_ether_protocol arp = {.ethertype = 0x0806, .input = arp_input};
    az_ether_attach(&arp);
    az_ether_attach(&ipv4);
    return 0;
}
