/*
 * ARP (RFC 826; RFC 1122, 2.3.2). The cache is an array of sets of four, so that a lookup touches one set and the cache never
 * grows. A known neighbour is asked again, at its own address, when it is used after NEIGHBOUR_FRESH; packets go on meanwhile.
 */
#include <az/clock.h>
#include <az/log.h>
#include <errno.h>

#include "ipv4_parts.h"

#define ARP_ETHERTYPE 0x0806u
#define ARP_REQUEST 1u
#define ARP_REPLY 2u
#define ARP_TRIES 4u
#define ARP_INTERVAL AZ_SECONDS(1)
#define NEIGHBOUR_FRESH AZ_SECONDS(300)
#define NEIGHBOUR_PENDING_MAX 64u /* a burst of first answers */
#define NEIGHBOUR_SET 4u

struct arp_packet {
    az_be16 hardware, protocol;
    uint8_t hardware_bytes, protocol_bytes;
    az_be16 operation;
    uint8_t sender_mac[6], sender[4];
    uint8_t target_mac[6], target[4];
};
_Static_assert(sizeof(struct arp_packet) == 28, "RFC 826");

enum neighbour_state {
    NEIGHBOUR_FREE,
    NEIGHBOUR_STALE, /* mac known, not heard of for long */
    NEIGHBOUR_KNOWN,
    NEIGHBOUR_REFRESH, /* mac known, asked whether it still holds */
    NEIGHBOUR_ASKED,   /* mac not known: packets wait */
};

struct neighbour {
    az_ip4 address;
    uint8_t mac[6];
    uint8_t state, tries;
    uint8_t pending_count;
    struct az_netdev *device;
    az_time deadline; /* of the state */
    struct az_netbuf *pending;
};

static struct neighbour neighbours[CONFIG_NET_IPV4_NEIGHBOURS];
static void arp_tick(struct az_timer *timer);
static struct az_timer arp_timer = {.expired = arp_tick, .deadline = AZ_TIME_NEVER};

static struct neighbour *neighbour_set(az_ip4 address)
{
    uint32_t hash = address * 0x9e3779b1u;
    return &neighbours[(hash >> 16) % (CONFIG_NET_IPV4_NEIGHBOURS / NEIGHBOUR_SET) * NEIGHBOUR_SET];
}

static struct neighbour *neighbour_find(const struct az_netdev *device, az_ip4 address)
{
    struct neighbour *set = neighbour_set(address);
    for (unsigned i = 0; i < NEIGHBOUR_SET; i++) {
        if (set[i].address == address && set[i].device == device && set[i].state != NEIGHBOUR_FREE)
            return &set[i];
    }
    return NULL;
}

static void neighbour_drop_pending(struct neighbour *neighbour, bool tell)
{
    while (neighbour->pending) {
        struct az_netbuf *packet = neighbour->pending;
        neighbour->pending = packet->next;
        az_ipv4_stats.arp_dropped++;
        if (tell)
            icmp_deliver_error((struct az_view){packet->data, packet->length}, -EHOSTUNREACH, false, 0);
        az_netbuf_unref(packet);
    }
    neighbour->pending_count = 0;
}

/* A place for a new neighbour: a free one, else the one of its set that is least in use. */
static struct neighbour *neighbour_make(struct az_netdev *device, az_ip4 address)
{
    struct neighbour *set = neighbour_set(address), *best = set;
    for (unsigned i = 1; i < NEIGHBOUR_SET; i++) {
        if (set[i].state < best->state || (set[i].state == best->state && set[i].deadline < best->deadline))
            best = &set[i];
    }
    neighbour_drop_pending(best, false);
    *best = (struct neighbour){.address = address, .device = device};
    return best;
}

static void arp_send_packet(struct az_netdev *device, unsigned operation, const uint8_t *to_mac, az_ip4 target)
{
    static const uint8_t everybody[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    const struct az_ipv4_config *config = az_ipv4_config(device);
    struct az_netbuf *frame = az_netbuf_alloc(sizeof(struct arp_packet));
    struct arp_packet *packet;

    if (!frame)
        return; /* asked again by the timer, or by the other side */
    packet = (struct arp_packet *)(void *)frame->data;
    frame->length = sizeof(*packet);
    packet->hardware = az_be16_of(1);
    packet->protocol = az_be16_of(IPV4_ETHERTYPE);
    packet->hardware_bytes = 6;
    packet->protocol_bytes = 4;
    packet->operation = az_be16_of((uint16_t)operation);
    __builtin_memcpy(packet->sender_mac, device->mac, 6);
    az_ip4_store(packet->sender, config ? config->address : 0);
    __builtin_memset(packet->target_mac, 0, 6);
    if (to_mac)
        __builtin_memcpy(packet->target_mac, to_mac, 6);
    az_ip4_store(packet->target, target);
    az_ether_send(device, frame, to_mac ? to_mac : everybody, ARP_ETHERTYPE);
}

static void arp_timer_until(az_time deadline)
{
    if (deadline < arp_timer.deadline)
        az_timer_set(&arp_timer, deadline);
}

/* Asks for the neighbour, at its known address when it has one, and again until it answers. */
static void neighbour_ask(struct neighbour *neighbour, uint8_t state, az_time now)
{
    if (neighbour->state != state) {
        neighbour->state = state;
        neighbour->tries = 0;
    }
    neighbour->tries++;
    neighbour->deadline = now + ARP_INTERVAL;
    arp_timer_until(neighbour->deadline);
    arp_send_packet(neighbour->device, ARP_REQUEST, state == NEIGHBOUR_REFRESH ? neighbour->mac : NULL,
                    neighbour->address);
}

static void arp_tick(struct az_timer *timer)
{
    az_time now = az_clock_now(), next = AZ_TIME_NEVER;

    timer->deadline = AZ_TIME_NEVER;
    for (unsigned i = 0; i < CONFIG_NET_IPV4_NEIGHBOURS; i++) {
        struct neighbour *n = &neighbours[i];
        if (n->state <= NEIGHBOUR_STALE)
            continue;
        if (n->deadline <= now) {
            if (n->state == NEIGHBOUR_KNOWN) {
                n->state = NEIGHBOUR_STALE;
                continue;
            }
            if (n->tries >= ARP_TRIES) {
                n->state = NEIGHBOUR_FREE;
                neighbour_drop_pending(n, true);
                continue;
            }
            neighbour_ask(n, n->state, now);
        }
        next = AZ_MIN(next, n->deadline);
    }
    arp_timer_until(next);
}

int arp_send(struct az_netdev *device, az_ip4 next_hop, struct az_netbuf *packet)
{
    struct neighbour *n = neighbour_find(device, next_hop);

    if (AZ_UNLIKELY(!n))
        n = neighbour_make(device, next_hop);
    if (AZ_LIKELY(n->state == NEIGHBOUR_KNOWN || n->state == NEIGHBOUR_REFRESH))
        return az_ether_send(device, packet, n->mac, IPV4_ETHERTYPE) ? 0 : -ENOBUFS;
    if (n->state == NEIGHBOUR_STALE) {
        neighbour_ask(n, NEIGHBOUR_REFRESH, az_clock_now());
        return az_ether_send(device, packet, n->mac, IPV4_ETHERTYPE) ? 0 : -ENOBUFS;
    }
    if (n->pending_count == NEIGHBOUR_PENDING_MAX) {
        struct az_netbuf *oldest = n->pending;
        n->pending = oldest->next;
        n->pending_count--;
        az_ipv4_stats.arp_dropped++;
        az_netbuf_unref(oldest);
    }
    struct az_netbuf **end = &n->pending;
    while (*end)
        end = &(*end)->next;
    packet->next = NULL;
    *end = packet;
    n->pending_count++;
    if (n->state == NEIGHBOUR_FREE)
        neighbour_ask(n, NEIGHBOUR_ASKED, az_clock_now());
    return 0;
}

static void neighbour_learn(struct neighbour *n, const uint8_t *mac)
{
    __builtin_memcpy(n->mac, mac, 6);
    n->state = NEIGHBOUR_KNOWN;
    n->deadline = az_clock_now() + NEIGHBOUR_FRESH;
    arp_timer_until(n->deadline);
    n->pending_count = 0;
    while (n->pending) {
        struct az_netbuf *packet = n->pending;
        n->pending = packet->next;
        az_ether_send(n->device, packet, n->mac, IPV4_ETHERTYPE);
    }
}

static void arp_handle(struct az_netdev *device, const struct arp_packet *packet)
{
    const struct az_ipv4_config *config = az_ipv4_config(device);
    az_ip4 sender = az_ip4_load(packet->sender), target = az_ip4_load(packet->target);
    struct neighbour *n;

    if (az_be16_get(packet->hardware) != 1 || az_be16_get(packet->protocol) != IPV4_ETHERTYPE ||
        packet->hardware_bytes != 6 || packet->protocol_bytes != 4 || packet->sender_mac[0] & 1 || !config)
        return;
    if (sender == config->address) {
        if (__builtin_memcmp(packet->sender_mac, device->mac, 6) != 0)
            az_log("%s: another machine uses our IPv4 address", device->name);
        return;
    }
    /* An update for whom we know; a new neighbour only when it talks to us, so that a scan does not empty the cache. */
    if (sender && ipv4_on_link(config, sender)) {
        n = neighbour_find(device, sender);
        if (!n && target == config->address)
            n = neighbour_make(device, sender);
        if (n)
            neighbour_learn(n, packet->sender_mac);
    }
    if (az_be16_get(packet->operation) == ARP_REQUEST && target == config->address)
        arp_send_packet(device, ARP_REPLY, packet->sender_mac, sender);
}

void arp_input(struct az_netdev *device, struct az_netbuf *frame, const uint8_t *source_mac)
{
    struct az_view view = {frame->data, frame->length};
    const struct arp_packet *packet = az_view_take(&view, sizeof(*packet));

    (void)source_mac;
    if (packet)
        arp_handle(device, packet);
    else
        az_ipv4_stats.bad++;
    az_netbuf_unref(frame);
}
