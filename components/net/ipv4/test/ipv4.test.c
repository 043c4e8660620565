/* Frames in, frames out: what the stack does with each below the transports. */
#include <az/test.h>

#include "ipv4_parts.h"
#include "wire.h"

#include <errno.h>

static unsigned sent_count(void)
{
    uint32_t bytes;
    unsigned count = 0;
    while (wire_sent(&bytes))
        count++;
    return count;
}

static void end(void)
{
    struct az_netbuf_stats buffers;
    machine_run(machine_now + AZ_SECONDS(60));
    wire_forget();
    az_netbuf_stats(&buffers);
    AZ_CHECK_EQ(buffers.live, 0);
}

/* An ARP packet from `sender` with address 02:00:00:00:00:xx. */
static void send_arp(unsigned operation, uint8_t mac, az_ip4 sender, az_ip4 target)
{
    uint8_t frame[60] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, mac, 8, 6, 0, 1, 8, 0, 6, 4, 0, (uint8_t)operation, 2, 0, 0, 0, 0, mac};
    az_ip4_store(frame + 28, sender);
    az_ip4_store(frame + 38, target);
    wire_inject(frame, sizeof frame);
}

/* An echo request of `bytes` bytes to `to`; `change` is a place in the frame that is changed after the checksums. */
static void send_echo(az_ip4 from, az_ip4 to, uint32_t bytes, unsigned change)
{
    uint8_t frame[1514] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45}, *ip = frame + 14;
    uint16_t sum;
    ip[2] = (uint8_t)((28 + bytes) >> 8);
    ip[3] = (uint8_t)(28 + bytes);
    ip[8] = 64;
    ip[9] = 1;
    az_ip4_store(ip + 12, from);
    az_ip4_store(ip + 16, to);
    sum = az_checksum_end(az_checksum_add(0, ip, 20));
    memcpy(ip + 10, &sum, 2);
    ip[20] = 8;
    for (uint32_t i = 0; i < bytes; i++)
        ip[28 + i] = (uint8_t)i;
    sum = az_checksum_end(az_checksum_add(0, ip + 20, 8 + bytes));
    memcpy(ip + 22, &sum, 2);
    if (change)
        frame[change]++;
    wire_inject(frame, AZ_MAX(42 + bytes, 60u));
}

/* RFC 1071, section 1, as it is written: 16-bit words, an odd byte last. */
static uint16_t plain_checksum(const uint8_t *bytes, size_t count)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += (uint32_t)bytes[i] << (i % 2 * 8);
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return (uint16_t)sum;
}

AZ_TEST(a_checksum_is_that_of_its_16_bit_words)
{
    uint8_t bytes[160];
    for (unsigned kind = 0; kind < 3; kind++) {
        for (unsigned i = 0; i < sizeof(bytes); i++)
            bytes[i] = kind == 0 ? 0xff : (uint8_t)((i * 193 + 71) >> (kind - 1));
        for (size_t from = 0; from < 9; from++)
            for (size_t count = 0; count <= sizeof(bytes) - from; count++)
                AZ_CHECK_EQ(az_checksum_add(0, bytes + from, count), plain_checksum(bytes + from, count));
    }
    AZ_CHECK_EQ(az_checksum_add(0xffffffff, bytes, 0), 0xffff);
}

AZ_TEST(an_echo_request_comes_back_without_its_padding)
{
    wire_start();
    static const uint32_t sizes[] = {0, 1, 18, 56, 1472};
    for (unsigned i = 0; i < AZ_ARRAY_LENGTH(sizes); i++) {
        uint32_t bytes;
        send_echo(WIRE_PEER, WIRE_US, sizes[i], 0);
        const uint8_t *frame = wire_sent(&bytes), *ip = frame + 14;
        AZ_CHECK(frame != NULL);
        AZ_CHECK_EQ(bytes, 42 + sizes[i]);
        AZ_CHECK_BYTES(frame, "\2\0\0\0\0\2\2\0\0\0\0\1\x8\0", 14);
        AZ_CHECK(az_ip4_load(ip + 12) == WIRE_US && az_ip4_load(ip + 16) == WIRE_PEER);
        AZ_CHECK_EQ(az_checksum_end(az_checksum_add(0, ip, 20)), 0);
        AZ_CHECK_EQ(az_checksum_end(az_checksum_add(0, ip + 20, 8 + sizes[i])), 0);
        AZ_CHECK_EQ(ip[20], 0);
        AZ_CHECK(sizes[i] == 0 || ip[28 + sizes[i] - 1] == (uint8_t)(sizes[i] - 1));
    }
    end();
}

AZ_TEST(what_is_broken_or_for_others_is_not_answered)
{
    wire_start();
    send_echo(WIRE_PEER, WIRE_US, 10, 14);                        /* version and header length */
    send_echo(WIRE_PEER, WIRE_US, 10, 17);                        /* length */
    send_echo(WIRE_PEER, WIRE_US, 10, 30);                        /* destination, checksum as before */
    send_echo(WIRE_PEER, WIRE_US, 10, 43);                        /* payload */
    send_echo(WIRE_PEER, WIRE_US, 10, 0);                         /* the control: answered */
    send_echo(WIRE_PEER, WIRE_US, 10, 5);                         /* another machine's Ethernet address */
    send_echo(WIRE_PEER, AZ_IP4(10, 0, 0, 77), 10, 0);            /* another machine's IPv4 address */
    send_echo(WIRE_PEER, AZ_IP4(127, 0, 0, 1), 10, 0);            /* loopback from outside */
    send_echo(AZ_IP4(127, 0, 0, 1), WIRE_US, 10, 0);
    send_echo(AZ_IP4(224, 0, 0, 1), WIRE_US, 10, 0);              /* senders that are none */
    send_echo(AZ_IP4_BROADCAST, WIRE_US, 10, 0);
    send_echo(WIRE_PEER, AZ_IP4(10, 0, 0, 255), 10, 0);           /* echo to everybody: RFC 1122, 3.2.2.6 */
    send_echo(WIRE_PEER, AZ_IP4_BROADCAST, 10, 0);
    AZ_CHECK_EQ(sent_count(), 1);
    for (uint32_t bytes = 0; bytes < 14; bytes++)
        wire_inject("\2\0\0\0\0\1\2\0\0\0\0\2\x8\0", bytes);
    wire_inject("\2\0\0\0\0\1\2\0\0\0\0\2\x8\0", 14);
    wire_inject("\2\0\0\0\0\1\2\0\0\0\0\2\x86\xdd______", 20); /* nobody's ethertype */
    AZ_CHECK_EQ(sent_count(), 0);
    end();
}

AZ_TEST(arp_answers_for_our_address_and_learns_only_from_who_talks_to_us)
{
    uint32_t bytes;
    wire_start();
    send_arp(1, 9, AZ_IP4(10, 0, 0, 9), WIRE_US);
    const uint8_t *frame = wire.arp;
    AZ_CHECK_BYTES(frame, "\2\0\0\0\0\x9\2\0\0\0\0\1\x8\6\0\1\x8\0\6\4\0\2\2\0\0\0\0\1", 28);
    AZ_CHECK(az_ip4_load(frame + 28) == WIRE_US && az_ip4_load(frame + 38) == AZ_IP4(10, 0, 0, 9));
    memset(wire.arp, 0, sizeof wire.arp);
    send_arp(1, 10, AZ_IP4(10, 0, 0, 10), AZ_IP4(10, 0, 0, 11)); /* between others */
    send_arp(1, 12, WIRE_US, WIRE_US);                           /* who claims to be us */
    send_arp(1, 13, AZ_IP4(192, 168, 1, 1), AZ_IP4(10, 0, 0, 4));
    AZ_CHECK(wire.arp[12] == 0 && sent_count() == 0);
    wire.no_arp = true;
    send_echo(AZ_IP4(10, 0, 0, 9), WIRE_US, 1, 0); /* known: no question */
    frame = wire_sent(&bytes);
    AZ_CHECK(frame && frame[5] == 9 && frame[12] == 8 && frame[13] == 0);
    send_arp(2, 99, AZ_IP4(10, 0, 0, 9), AZ_IP4(10, 0, 0, 4)); /* it has moved */
    send_echo(AZ_IP4(10, 0, 0, 9), WIRE_US, 1, 0);
    frame = wire_sent(&bytes);
    AZ_CHECK(frame && frame[5] == 99);
    send_echo(AZ_IP4(10, 0, 0, 10), WIRE_US, 1, 0); /* overheard, not learnt: asked for, and waits in vain */
    AZ_CHECK_EQ(sent_count(), 0);
    uint64_t dropped = az_ipv4_stats.arp_dropped;
    machine_run(machine_now + AZ_SECONDS(10));
    AZ_CHECK_EQ(az_ipv4_stats.arp_dropped, dropped + 1);
    end();
}

AZ_TEST(packets_wait_for_the_address_and_leave_in_order)
{
    uint32_t bytes;
    wire_start();
    wire.no_arp = true;
    for (uint32_t i = 1; i <= 70; i++) /* more than are kept: the oldest go */
        send_echo(AZ_IP4(10, 0, 0, 30), WIRE_US, i, 0);
    AZ_CHECK_EQ(sent_count(), 0);
    send_arp(2, 30, AZ_IP4(10, 0, 0, 30), WIRE_US);
    for (uint32_t i = 7; i <= 70; i++) {
        const uint8_t *frame = wire_sent(&bytes);
        AZ_CHECK(frame != NULL && bytes == 42 + i);
    }
    AZ_CHECK_EQ(sent_count(), 0);
    end();
}

AZ_TEST(fragments_of_an_echo_are_put_together)
{
    static uint8_t message[4000] = {8};
    uint32_t bytes;
    uint16_t sum;
    wire_start();
    for (unsigned i = 8; i < sizeof message; i++)
        message[i] = (uint8_t)(i * 7);
    sum = az_checksum_end(az_checksum_add(0, message, sizeof message));
    memcpy(message + 2, &sum, 2);
    uint64_t whole = az_ipv4_stats.reassembled;
    wire_send_ip(WIRE_PEER, WIRE_US, 1, 2960 / 8, 3, message + 2960, 1040); /* the last one first */
    wire_send_ip(WIRE_PEER, WIRE_US, 1, AZ_IPV4_MORE_FRAGMENTS, 3, message, 1480);
    AZ_CHECK_EQ(az_ipv4_stats.reassembled, whole);
    wire_send_ip(WIRE_PEER, WIRE_US, 1, AZ_IPV4_MORE_FRAGMENTS | 1480 / 8, 4, message + 1480, 1480); /* another datagram's */
    AZ_CHECK_EQ(az_ipv4_stats.reassembled, whole);
    wire_send_ip(WIRE_PEER, WIRE_US, 1, AZ_IPV4_MORE_FRAGMENTS | 1480 / 8, 3, message + 1480, 1480);
    AZ_CHECK_EQ(az_ipv4_stats.reassembled, whole + 1);
    uint64_t bad = az_ipv4_stats.bad;
    wire_send_ip(WIRE_PEER, WIRE_US, 1, AZ_IPV4_MORE_FRAGMENTS, 5, message, 1001); /* no multiple of 8 */
    wire_send_ip(WIRE_PEER, WIRE_US, 1, 10, 5, message, 0);
    AZ_CHECK_EQ(az_ipv4_stats.bad, bad + 2);
    uint64_t failed = az_ipv4_stats.reassembly_failed;
    wire_send_ip(WIRE_PEER, WIRE_US, 1, 0x1fff, 6, message, 16); /* beyond 65,535 */
    AZ_CHECK_EQ(az_ipv4_stats.reassembly_failed, failed + 1);
    (void)wire_sent(&bytes);
    end();
}

AZ_TEST(routes_are_by_interface_then_gateway)
{
    struct az_ipv4_route route;
    wire_start();
    AZ_CHECK_EQ(az_ipv4_route(WIRE_PEER, 0, &route), 0);
    AZ_CHECK(route.next_hop == WIRE_PEER && route.source == WIRE_US && route.device == &wire.device && !route.broadcast);
    AZ_CHECK_EQ(az_ipv4_route(AZ_IP4(8, 8, 8, 8), 0, &route), 0);
    AZ_CHECK(route.next_hop == AZ_IP4(10, 0, 0, 254));
    AZ_CHECK_EQ(az_ipv4_route(AZ_IP4(10, 0, 0, 255), 0, &route), 0);
    AZ_CHECK(route.broadcast);
    AZ_CHECK_EQ(az_ipv4_route(AZ_IP4(224, 0, 0, 1), 0, &route), -ENETUNREACH);
    AZ_CHECK_EQ(az_ipv4_route(WIRE_PEER, AZ_IP4(10, 0, 0, 9), &route), -EADDRNOTAVAIL);
    wire_start_bare();
    AZ_CHECK_EQ(az_ipv4_route(WIRE_PEER, 0, &route), -ENETUNREACH);
    end();
}

AZ_TEST(a_link_that_is_down_drops_and_counts)
{
    wire_start();
    send_echo(WIRE_PEER, WIRE_US, 1, 0); /* the neighbour is known and fresh from here */
    machine_settle();
    wire_forget();
    uint64_t dropped = wire.device.dropped;
    wire.device.link_up = false;
    send_echo(WIRE_PEER, WIRE_US, 1, 0);
    AZ_CHECK_EQ(sent_count(), 0);
    AZ_CHECK_EQ(wire.device.dropped, dropped + 1);
    wire.device.link_up = true;
    send_echo(WIRE_PEER, WIRE_US, 1, 0);
    AZ_CHECK_EQ(sent_count(), 1);
    end();
}
