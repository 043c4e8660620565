/* UDP over the mirror, where the peer's address leads back to our own sockets, and against a peer this test plays. */
#include <az/test.h>

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>

#include "udp_parts.h"
#include "wire.h"

static void start(bool mirror)
{
    static bool started;
    wire_start();
    wire.mirror = mirror;
    if (!started)
        az_udp_init();
    started = true;
}

static struct sockaddr_in address_of(az_ip4 ip, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = __builtin_bswap16(port)};
    address.sin_addr.s_addr = ip;
    return address;
}

static int open_at(uint16_t port)
{
    struct sockaddr_in any = address_of(0, port);
    int fd = (int)az_sys_socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    AZ_CHECK(fd >= 0);
    AZ_CHECK_EQ(az_sys_bind(fd, (struct sockaddr *)&any, sizeof(any)), 0);
    return fd;
}

static long send_to(int fd, const void *data, size_t bytes, az_ip4 ip, uint16_t port)
{
    struct sockaddr_in to = address_of(ip, port);
    long sent = az_sys_sendto(fd, data, bytes, 0, (struct sockaddr *)&to, sizeof(to));
    machine_run(machine_now + AZ_MS(10));
    return sent;
}

static void end(int fd)
{
    struct az_netbuf_stats buffers;
    machine_close(fd);
    machine_run(machine_now + AZ_SECONDS(100));
    wire_forget();
    az_netbuf_stats(&buffers);
    AZ_CHECK_EQ(buffers.live, 0);
    AZ_CHECK_EQ(udp_counters.sockets, 0);
}

AZ_TEST(a_datagram_arrives_with_its_sender)
{
    struct sockaddr_in from;
    unsigned length = sizeof(from);
    char text[8];
    start(true);
    int fd = open_at(7000);
    AZ_CHECK_EQ(send_to(fd, "hello", 5, WIRE_PEER, 7000), 5);
    AZ_CHECK_EQ(az_sys_recvfrom(fd, text, sizeof(text), MSG_PEEK, NULL, NULL), 5);
    AZ_CHECK_EQ(az_sys_recvfrom(fd, text, sizeof(text), 0, (struct sockaddr *)&from, &length), 5);
    AZ_CHECK_EQ(from.sin_addr.s_addr, WIRE_PEER);
    AZ_CHECK_EQ(from.sin_port, __builtin_bswap16(7000));
    AZ_CHECK_EQ(az_sys_recvfrom(fd, text, sizeof(text), 0, NULL, NULL), -EAGAIN);
    AZ_CHECK_EQ(send_to(fd, "", 0, WIRE_PEER, 7000), 0);
    AZ_CHECK_EQ(send_to(fd, "truncated", 9, WIRE_PEER, 7000), 9);
    AZ_CHECK_EQ(az_sys_recvfrom(fd, text, sizeof(text), 0, NULL, NULL), 0);
    AZ_CHECK_EQ(az_sys_recvfrom(fd, text, 4, MSG_TRUNC, NULL, NULL), 9);
    end(fd);
}

AZ_TEST(large_datagrams_go_as_fragments_in_any_order)
{
    static uint8_t out[UDP_DATAGRAM_MAX + 1], in[UDP_DATAGRAM_MAX];
    static const size_t sizes[] = {1472, 1473, 1480, 2960, 3000, 20000, UDP_DATAGRAM_MAX};
    start(true);
    wire.reordering = 500;
    int fd = open_at(7000);
    for (size_t i = 0; i < sizeof(out); i++)
        out[i] = (uint8_t)(i * 31 + (i >> 8));
    for (unsigned i = 0; i < AZ_ARRAY_LENGTH(sizes); i++) {
        AZ_CHECK_EQ(send_to(fd, out, sizes[i], WIRE_PEER, 7000), (long)sizes[i]);
        AZ_CHECK_EQ(az_sys_recvfrom(fd, in, sizeof(in), 0, NULL, NULL), (long)sizes[i]);
        AZ_CHECK_BYTES(in, out, sizes[i]);
    }
    AZ_CHECK_EQ(send_to(fd, out, sizeof(out), WIRE_PEER, 7000), -EMSGSIZE);
    end(fd);
}

AZ_TEST(a_lost_or_overlapping_fragment_loses_its_datagram_and_nothing_else)
{
    static uint8_t payload[1600];
    start(false);
    int fd = open_at(7000);
    *(az_be16 *)(payload + 2) = az_be16_of(7000);
    *(az_be16 *)(payload + 4) = az_be16_of(1600);
    uint64_t failed = az_ipv4_stats.reassembly_failed;
    wire_send_ip(WIRE_PEER, WIRE_US, 17, AZ_IPV4_MORE_FRAGMENTS, 5, payload, 800);
    wire_send_ip(WIRE_PEER, WIRE_US, 17, 99, 5, payload + 792, 808); /* 8 bytes over the first */
    AZ_CHECK_EQ(az_ipv4_stats.reassembly_failed, failed + 1);
    for (uint16_t id = 10; id < 20; id++) /* more than are kept */
        wire_send_ip(WIRE_PEER, WIRE_US, 17, AZ_IPV4_MORE_FRAGMENTS, id, payload, 800);
    wire_send_ip(WIRE_PEER, WIRE_US, 17, 100, 19, payload + 800, 800);
    AZ_CHECK_EQ(az_sys_recvfrom(fd, payload, sizeof(payload), 0, NULL, NULL), 1592);
    machine_run(machine_now + AZ_SECONDS(31));
    AZ_CHECK_EQ(az_ipv4_stats.reassembly_failed, failed + 1 + 9);
    end(fd);
}

AZ_TEST(a_full_buffer_drops_what_comes_later)
{
    int small = 8192;
    char text[8];
    start(true);
    int fd = open_at(7000);
    AZ_CHECK_EQ(az_sys_setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
    for (unsigned i = 0; i < 10; i++)
        send_to(fd, &i, sizeof(i), WIRE_PEER, 7000);
    unsigned kept = 0;
    while (az_sys_recvfrom(fd, text, sizeof(text), 0, NULL, NULL) >= 0)
        kept++;
    AZ_CHECK_EQ(kept, 4);
    end(fd);
}

AZ_TEST(a_connected_socket_hears_its_peer_and_its_errors_only)
{
    struct sockaddr_in peer = address_of(WIRE_PEER, 53);
    uint8_t datagram[12] = {0, 54, 0x1b, 0x58, 0, 12, 0, 0, 'o', 't', 'h', 'r'}; /* from port 54 to 7000 */
    uint8_t icmp[36] = {3, 3, 0, 0, 0, 0, 0, 0, 0x45, 0, 0, 33, 0, 0, 0, 0, 64, 17};
    char text[8];
    start(false);
    int fd = open_at(7000);
    AZ_CHECK_EQ(az_sys_connect(fd, (struct sockaddr *)&peer, sizeof(peer)), 0);
    AZ_CHECK_EQ(az_sys_sendto(fd, "query", 5, 0, NULL, 0), 5);
    wire_send_ip(WIRE_PEER, WIRE_US, 17, 0, 0, datagram, sizeof(datagram));
    AZ_CHECK_EQ(az_sys_recvfrom(fd, text, sizeof(text), 0, NULL, NULL), -EAGAIN);
    datagram[1] = 53;
    wire_send_ip(WIRE_PEER, WIRE_US, 17, 0, 0, datagram, sizeof(datagram));
    AZ_CHECK_EQ(az_sys_recvfrom(fd, text, sizeof(text), 0, NULL, NULL), 4);
    az_ip4_store(icmp + 20, WIRE_US);
    az_ip4_store(icmp + 24, WIRE_PEER);
    memcpy(icmp + 28, "\x1b\x58\0\x35\0\x0d\0\0", 8);
    uint16_t sum = az_checksum_end(az_checksum_add(0, icmp, sizeof(icmp)));
    memcpy(icmp + 2, &sum, 2);
    wire_send_ip(WIRE_PEER, WIRE_US, 1, 0, 0, icmp, sizeof(icmp));
    AZ_CHECK_EQ(az_sys_recvfrom(fd, text, sizeof(text), 0, NULL, NULL), -ECONNREFUSED);
    end(fd);
}

AZ_TEST(nobodys_datagram_is_answered_by_icmp_within_a_rate)
{
    uint8_t datagram[8] = {0, 9, 0x23, 0x28, 0, 8};
    uint32_t bytes;
    unsigned answers = 0;
    start(false);
    int fd = open_at(7000);
    for (unsigned i = 0; i < 100; i++)
        wire_send_ip(WIRE_PEER, WIRE_US, 17, 0, 0, datagram, sizeof(datagram));
    for (const uint8_t *frame; (frame = wire_sent(&bytes));)
        answers += frame[23] == 1 && frame[34] == 3 && frame[35] == 3;
    AZ_CHECK(answers >= 10 && answers <= 30);
    end(fd);
}

AZ_TEST(broadcast_and_bad_calls)
{
    int on = 1;
    start(false);
    int fd = open_at(7000);
    AZ_CHECK_EQ(send_to(fd, "x", 1, AZ_IP4_BROADCAST, 9), -EACCES);
    AZ_CHECK_EQ(az_sys_setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)), 0);
    AZ_CHECK_EQ(send_to(fd, "x", 1, AZ_IP4_BROADCAST, 9), 1);
    AZ_CHECK_EQ(send_to(fd, "x", 1, AZ_IP4(10, 0, 0, 255), 9), 1);
    AZ_CHECK_EQ(az_sys_sendto(fd, "x", 1, 0, NULL, 0), -EDESTADDRREQ);
    AZ_CHECK_EQ(az_sys_listen(fd, 1), -EOPNOTSUPP);
    struct sockaddr_in taken = address_of(0, 7000);
    int other = (int)az_sys_socket(AF_INET, SOCK_DGRAM, 0);
    AZ_CHECK_EQ(az_sys_bind(other, (struct sockaddr *)&taken, sizeof(taken)), -EADDRINUSE);
    machine_close(other);
    end(fd);
}
