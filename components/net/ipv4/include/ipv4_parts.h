/* What the files of net/ipv4 share. */
#ifndef IPV4_PARTS_H
#define IPV4_PARTS_H

#include <az/ipv4.h>

#define IPV4_ETHERTYPE 0x0800u
#define IPV4_PROTOCOL_ICMP 1u
#define IPV4_PROTOCOL_UDP 17u

/* ICMP types and codes (RFC 792, 1122, 1812). */
#define ICMP_UNREACHABLE 3u
#define ICMP_UNREACHABLE_PROTOCOL 2u
#define ICMP_UNREACHABLE_PORT 3u

extern struct az_ipv4_protocol *ipv4_protocols;

struct ipv4_interface {
    struct az_netdev *device;
    struct az_ipv4_config config;
    struct ipv4_interface *next;
};
extern struct ipv4_interface *ipv4_interfaces;

AZ_ALWAYS_INLINE bool ipv4_on_link(const struct az_ipv4_config *config, az_ip4 address)
{
    return config->address && ((address ^ config->address) & config->mask) == 0;
}
AZ_ALWAYS_INLINE bool ipv4_is_subnet_broadcast(const struct az_ipv4_config *config, az_ip4 address)
{
    /* RFC 3021: a /31 or /32 has none. */
    return ipv4_on_link(config, address) && (address | config->mask) == AZ_IP4_BROADCAST &&
           (config->mask & AZ_IP4(0, 0, 0, 2)) == 0;
}

/* Sends an IPv4 packet, header in place, to the neighbour; asks for its address first when need be. Takes the reference. */
int arp_send(struct az_netdev *device, az_ip4 next_hop, struct az_netbuf *packet);
void arp_input(struct az_netdev *device, struct az_netbuf *frame, const uint8_t *source_mac);

void icmp_input(const struct az_ipv4_packet *packet, struct az_netbuf *payload);
/* Answers a packet nobody took: `header_bytes` of IPv4 header lie right before payload->data. Does not take the reference. */
void icmp_send_unreachable(const struct az_ipv4_packet *packet, const struct az_netbuf *payload, uint32_t header_bytes,
                           uint8_t code);
/* Tells the transport that `quoted`, a packet of ours, did not arrive. False: the quote makes no sense. */
bool icmp_deliver_error(struct az_view quoted, int error, bool hard, uint16_t mtu);

/* Takes a fragment; the whole datagram once it is complete, else NULL. */
struct az_netbuf *fragment_input(const struct az_ipv4_header *header, struct az_netbuf *payload);

#endif
