/*
 * A network for host tests. The stack has the address 10.0.0.1/24 on the one end; on the other end either a mirror, which sends
 * every packet back with its addresses exchanged, so that the stack talks to itself as if to a peer (10.0.0.2 and so on), with
 * seeded loss, duplication, delay and reordering; or the test itself, which looks at what was sent and injects what it likes.
 */
#ifndef TEST_NET_WIRE_H
#define TEST_NET_WIRE_H

#include <az/ipv4.h>

#include "machine.h"

#define WIRE_US AZ_IP4(10, 0, 0, 1)
#define WIRE_PEER AZ_IP4(10, 0, 0, 2)

struct wire {
    struct az_netdev device;
    bool mirror;
    unsigned loss, duplication, reordering; /* of 1,000 */
    az_time delay;
    bool no_sack;       /* takes the SACK option out of SYNs that pass */
    bool down;          /* everything is lost */
    unsigned ring;      /* frames taken at a time; 0: any number */
    bool no_arp;        /* nobody answers ARP */
    uint32_t seed;
    /* A peer that answers by itself, by wire_send_later(): true when it took the frame. */
    bool (*answer)(const uint8_t *frame, uint32_t bytes);
    uint8_t arp[42];    /* the last ARP frame of the stack; never among what was sent */
    uint64_t frames, lost;
};
extern struct wire wire;

/* Starts the stack on a fresh wire with an address. */
void wire_start(void);
/* The same without one. */
void wire_start_bare(void);

/* Without mirror: the oldest frame that was sent and not yet looked at, NULL when there is none. Valid until the next call. */
const uint8_t *wire_sent(uint32_t *out_bytes);
void wire_forget(void);
/* Hands the stack a frame, now. */
void wire_inject(const void *frame, uint32_t bytes);

/* Hands the stack a frame after the wire's delay. */
void wire_send_later(const void *frame, uint32_t bytes);

/* A TCP segment, as seen from the test's end. */
struct wire_tcp {
    uint16_t from, to; /* ports */
    uint32_t sequence, ack;
    unsigned flags, window;
    const uint8_t *options;
    uint32_t option_bytes;
    const void *payload;
    uint32_t bytes;
    az_ip4 address; /* of the test's end; 0: WIRE_PEER */
};
void wire_send_tcp(const struct wire_tcp *segment);
/* The next TCP segment that was sent (others are skipped); false: none. Pointers are valid until the next call. */
bool wire_next_tcp(struct wire_tcp *out);
/* An IPv4 packet to `destination`, header made here. */
void wire_send_ip(az_ip4 source, az_ip4 destination, uint8_t protocol, unsigned fragment, uint16_t id, const void *payload,
                  uint32_t bytes);

#endif
