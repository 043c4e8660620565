/*
 * IPv4 (RFC 791, 1122) with ARP, ICMP, routes and interface addresses. Provided by net/ipv4. Addresses are in network byte
 * order everywhere, as in struct in_addr.
 */
#ifndef AZ_IPV4_H
#define AZ_IPV4_H

#include <az/netdev.h>
#include <az/view.h>

typedef uint32_t az_ip4;

#define AZ_IP4(a, b, c, d) \
    ((az_ip4)((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24))
#define AZ_IP4_ANY ((az_ip4)0)
#define AZ_IP4_BROADCAST UINT32_MAX

struct az_ipv4_header {
    uint8_t version_words; /* 4 << 4 | header length in 32-bit words */
    uint8_t service;
    az_be16 length; /* with this header */
    az_be16 id;
    az_be16 fragment; /* AZ_IPV4_..., offset in units of 8 bytes */
    uint8_t hops;
    uint8_t protocol;
    uint8_t checksum[2];
    uint8_t source[4];
    uint8_t destination[4];
};
_Static_assert(sizeof(struct az_ipv4_header) == 20, "RFC 791, 3.1");

#define AZ_IPV4_DONT_FRAGMENT 0x4000u
#define AZ_IPV4_MORE_FRAGMENTS 0x2000u
#define AZ_IPV4_OFFSET 0x1fffu

/* Room that a transport leaves in front of its own header: Ethernet, IPv4 without options. */
#define AZ_IPV4_HEADROOM (14u + 20u)

AZ_ALWAYS_INLINE az_ip4 az_ip4_load(const uint8_t *from)
{
    az_ip4 value;
    __builtin_memcpy(&value, from, 4);
    return value;
}
AZ_ALWAYS_INLINE void az_ip4_store(uint8_t *to, az_ip4 value)
{
    __builtin_memcpy(to, &value, 4);
}
AZ_ALWAYS_INLINE bool az_ip4_is_multicast(az_ip4 address)
{
    return (address & AZ_IP4(0xf0, 0, 0, 0)) == AZ_IP4(0xe0, 0, 0, 0);
}
AZ_ALWAYS_INLINE bool az_ip4_is_loopback(az_ip4 address)
{
    return (address & AZ_IP4(0xff, 0, 0, 0)) == AZ_IP4(127, 0, 0, 0);
}

/* -- Checksums (RFC 1071) ------------------------------------------------------------------------------ */

/* Adds bytes to a running sum, as pairs in memory order; every part but the last has an even length. */
uint32_t az_checksum_add(uint32_t sum, const void *data, size_t bytes);
/* The checksum field, in memory order. A packet with its checksum in place gives 0. */
AZ_ALWAYS_INLINE uint16_t az_checksum_end(uint32_t sum)
{
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}
/* The pseudo header of TCP and UDP. */
AZ_ALWAYS_INLINE uint32_t az_checksum_pseudo(az_ip4 source, az_ip4 destination, uint8_t protocol, uint32_t bytes)
{
    uint32_t sum = (source & 0xffff) + (source >> 16) + (destination & 0xffff) + (destination >> 16);
    return sum + __builtin_bswap16((uint16_t)bytes) + (uint32_t)(protocol << 8);
}

/* -- Interfaces ---------------------------------------------------------------------------------------- */

#define AZ_IPV4_DNS_MAX 3u

/* What an interface was told, by DHCP, the command line or nobody (all zero). */
struct az_ipv4_config {
    az_ip4 address, mask, gateway; /* gateway 0: none */
    az_ip4 dns[AZ_IPV4_DNS_MAX];   /* unused ones are 0 */
    uint16_t mtu;                  /* 0: the device's */
    char hostname[64];             /* "" when not told */
    char domain[64];
};

/* Gives an interface its address, or takes it away (config->address 0); wakes who waits for one. */
void az_ipv4_configure(struct az_netdev *device, const struct az_ipv4_config *config);
/* What `device` was told; NULL: the first interface with an address that is not the loopback. NULL when there is none. */
const struct az_ipv4_config *az_ipv4_config(const struct az_netdev *device);

/* Something gets an address for an interface later: until then calls that need one wait (az_ipv4_route_wait()). */
void az_ipv4_config_expect(void);
/* True while there is no address and one is expected: a route may be found later. */
bool az_ipv4_config_pending(void);

/*
 * Waits until az_ipv4_config(NULL) has an answer, for who generates /etc/resolv.conf or asks for the host's name. At once when
 * nothing will ever configure an interface. Context: thread. Errors: -ENETUNREACH when there still is none at `deadline`; -EINTR.
 */
AZ_MUST_USE int az_ipv4_wait_address(az_time deadline);

/* -- Sending ------------------------------------------------------------------------------------------- */

/* How to reach a destination. Valid until `generation` differs from az_ipv4_generation. */
struct az_ipv4_route {
    struct az_netdev *device;
    az_ip4 source, destination, next_hop;
    uint16_t mtu;
    bool broadcast;
    uint32_t generation;
};
extern uint32_t az_ipv4_generation; /* counts changes of addresses and routes */

/*
 * Finds the way to `destination`, from `source` or AZ_IP4_ANY for the address of the interface it leaves by.
 * Errors: -ENETUNREACH; -EADDRNOTAVAIL when `source` is not ours.
 */
AZ_MUST_USE int az_ipv4_route(az_ip4 destination, az_ip4 source, struct az_ipv4_route *out);
/*
 * The same for a system call: when there is no address yet but one is expected, waits for it, at most 10 s, saying so in the log.
 * Context: thread. Errors: as above, -EINTR.
 */
AZ_MUST_USE int az_ipv4_route_wait(az_ip4 destination, az_ip4 source, struct az_ipv4_route *out);
/* True when `address` is one of ours. */
bool az_ipv4_is_local(az_ip4 address);

/*
 * Sends a transport packet: prepends the header, finds the neighbour. `hops`: 0 for 64. With `dont_fragment` a packet longer than the
 * route's MTU is dropped, otherwise cut into fragments. Takes over the reference, whose buffer has AZ_IPV4_HEADROOM before `data`.
 * Errors: -EMSGSIZE, -ENOBUFS, -ENETDOWN; the packet is gone.
 */
int az_ipv4_send(const struct az_ipv4_route *route, struct az_netbuf *packet, uint8_t protocol, uint8_t hops,
                 bool dont_fragment);

/* -- Receiving ----------------------------------------------------------------------------------------- */

/* What came with a packet. Lies in the buffer's headroom: valid as long as the buffer is. */
struct az_ipv4_packet {
    struct az_netdev *device;
    az_ip4 source, destination;
    bool broadcast; /* sent to everybody: never answered with an error or a TCP segment */
};

/* Somebody could not deliver a packet of ours. */
struct az_ipv4_error {
    int error;                  /* -ECONNREFUSED, -EHOSTUNREACH, -ENETUNREACH, -ENOPROTOOPT, -EMSGSIZE, ... */
    bool hard;                  /* RFC 1122, 4.2.3.9: gives up a connection attempt */
    uint16_t mtu;               /* -EMSGSIZE: what fits */
    az_ip4 source, destination; /* of the packet: source is ours */
    const uint8_t *payload;     /* its first 8 bytes */
};

struct az_ipv4_protocol {
    uint8_t number;
    /*
     * `payload`: IPv4 header pulled, trimmed to the packet's length. True: taken over. False: not mine; the next protocol of the same
     * number is asked, and in the end an ICMP error is sent.
     */
    bool (*input)(const struct az_ipv4_packet *packet, struct az_netbuf *payload);
    void (*error)(const struct az_ipv4_error *error); /* NULL: not interested */
    struct az_ipv4_protocol *next;
};
void az_ipv4_attach(struct az_ipv4_protocol *protocol);

struct az_ipv4_stats {
    uint64_t received, bad, not_ours, unclaimed, fragments, reassembled, reassembly_failed;
    uint64_t sent, unreachable, arp_dropped, icmp_limited;
};
extern struct az_ipv4_stats az_ipv4_stats;

#endif
