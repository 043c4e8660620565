/* A network interface: N queues, bursts both ways. Devices may wrap devices (pcap, loss). */
#ifndef AZ_NETDEV_H
#define AZ_NETDEV_H

#include <az/netbuf.h>
#include <az/wait.h>

#define AZ_NETDEV_CHECKSUM_OUT 1u
#define AZ_NETDEV_CHECKSUM_IN 2u
#define AZ_NETDEV_SEGMENT_TCP4 4u

#define AZ_NETDEV_LOOPBACK 1u /* what is sent comes back: no neighbours to find */

struct az_netdev;

struct az_netdev_ops {
    /*
     * Takes up to `count` frames, Ethernet header first; returns how many it took (their references pass to the device, which
     * releases them when sent). Fewer: the ring is full; `writable` is called when there is room again. Reclaims what has been sent.
     */
    unsigned (*send)(struct az_netdev *device, unsigned queue, struct az_netbuf **frames, unsigned count);
    /*
     * Hands up to `count` received frames to the caller, references included, and refills the ring. Reclaims sent frames too. When
     * there is no memory for a fresh buffer the received one goes back into the ring and counts as dropped.
     */
    unsigned (*receive)(struct az_netdev *device, unsigned queue, struct az_netbuf **out_frames, unsigned count);
    /* Interrupts on before sleep; false: a frame is there already. */
    bool (*arm)(struct az_netdev *device, unsigned queue, bool on);
};

struct az_netdev {
    const struct az_netdev_ops *ops;
    char name[8]; /* "" for "eth0" and so on: set by az_netdev_register() */
    uint8_t mac[6];
    uint16_t mtu;
    uint16_t queues;
    bool link_up;
    uint32_t offloads;
    uint32_t flags;
    uint32_t index; /* 1 up, as if_nametoindex() tells */
    /* Set by the stack before the first call of `arm`; called in thread context. */
    void (*writable)(struct az_netdev *device, unsigned queue);
    void (*link_changed)(struct az_netdev *device);
    uint64_t received, sent, dropped; /* frames; the driver counts, the stack adds what it drops itself */
    /* The stack's own. */
    void *ipv4;
    struct az_netbuf *pending, **pending_end; /* frames that wait for room in the ring */
    uint32_t pending_count;
    bool flushing;
    struct az_netdev *next;
};

/*
 * Adds an interface; the struct stays the driver's, for good. Provided by net/ethernet (the lowest layer of the stack).
 * Context: thread, level device.
 */
void az_netdev_register(struct az_netdev *device);
/* The interfaces, in the order registered; NULL: the first, NULL returned: no more. */
struct az_netdev *az_netdev_next(const struct az_netdev *device);

/* Receives frames of one ethertype (host order), Ethernet header pulled; takes over the reference. */
struct az_ether_protocol {
    uint16_t ethertype;
    void (*input)(struct az_netdev *device, struct az_netbuf *frame, const uint8_t *source_mac);
    struct az_ether_protocol *next;
};
void az_ether_attach(struct az_ether_protocol *protocol);
/*
 * Prepends the Ethernet header and sends, or queues when the ring is full. Takes over the reference; false when dropped (queue
 * full, link down, no room for the header).
 */
bool az_ether_send(struct az_netdev *device, struct az_netbuf *frame, const uint8_t *to_mac, uint16_t ethertype);

#endif
