/*
 * Fuzzing Ethernet, ARP, IPv4 with fragments, ICMP and UDP. The input is a program of frames: raw bytes, and well-formed ones with some
 * fields of the input's choosing and right checksums, so that these are no barrier. At the end nothing may be left but what is kept
 * for a time, and after that time nothing at all.
 */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "udp_parts.h"
#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *input, *input_end;

static uint8_t byte(void)
{
    return input < input_end ? *input++ : 0;
}
static uint16_t half(void)
{
    uint16_t high = byte();
    return (uint16_t)(high << 8 | byte());
}
static uint32_t fill(uint8_t *out, uint32_t most)
{
    uint32_t bytes = byte() * 6u % (most + 1);
    for (uint32_t i = 0; i < bytes; i++)
        out[i] = i < 48 ? byte() : (uint8_t)i;
    return bytes;
}
static void put16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static az_ip4 some_address(void)
{
    static const az_ip4 addresses[] = {WIRE_US, WIRE_PEER, AZ_IP4(10, 0, 0, 255), AZ_IP4_BROADCAST, AZ_IP4(127, 0, 0, 1),
                                       AZ_IP4(224, 0, 0, 1), AZ_IP4(192, 168, 7, 7), 0};
    uint8_t pick = byte();
    return pick & 0x80 ? AZ_IP4(10, 0, 0, 3) + ((az_ip4)(pick & 0x3f) << 24) : addresses[pick & 7];
}

static void raw(void)
{
    uint8_t frame[1600] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8};
    uint8_t kind = byte();
    if (kind & 1)
        memset(frame, 0xff, 6);
    frame[13] = kind & 2 ? 6 : 0;
    wire_inject(frame, kind & 4 ? byte() % 15 : 14 + fill(frame + 14, 1500));
}

static void arp(void)
{
    uint8_t frame[60] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0};
    az_ip4 sender = some_address(), target = some_address();
    frame[21] = byte() % 4;
    frame[22] = byte() & 3;
    frame[27] = byte();
    az_ip4_store(frame + 28, sender);
    az_ip4_store(frame + 38, target);
    if (byte() % 8 == 0)
        frame[14 + byte() % 8] ^= byte(); /* kinds and lengths of addresses */
    wire_inject(frame, byte() % 16 ? 60 : 14 + byte() % 40u);
}

/* An IPv4 packet around `payload`: options, lengths and fragments as the input says. */
static void packet(uint8_t protocol, const uint8_t *payload, uint32_t bytes)
{
    uint8_t frame[2048] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0}, *ip = frame + 14;
    uint8_t shape = byte();
    uint32_t words = shape & 1 ? byte() % 16u : 5, header = words < 5 ? 20 : words * 4;
    uint16_t sum;
    ip[0] = (uint8_t)((shape & 2 ? byte() & 0xf0u : 0x40u) | words);
    put16(ip + 2, (uint16_t)(shape & 4 ? half() : header + bytes));
    put16(ip + 4, byte() & 3);
    put16(ip + 6, shape & 8 ? half() & 0x20ffu : 0);
    ip[8] = 64;
    ip[9] = protocol;
    az_ip4_store(ip + 12, some_address());
    az_ip4_store(ip + 16, shape & 0x70 ? WIRE_US : some_address());
    for (uint32_t i = 20; i < header; i++)
        ip[i] = byte();
    memcpy(ip + header, payload, bytes);
    sum = az_checksum_end(az_checksum_add(0, ip, header));
    memcpy(ip + 10, &sum, 2);
    wire_inject(frame, shape & 0x80 ? byte() % (15 + header + bytes) : 14 + header + bytes);
}

/* A message, often an error that quotes something like what we sent. */
static void icmp(void)
{
    static const uint8_t types[] = {0, 3, 8, 11, 12, 5, 13, 3};
    uint8_t message[1480] = {types[byte() & 7], byte()};
    uint32_t bytes = 8;
    uint16_t sum;
    put16(message + 6, half());
    if (byte() & 1) {
        uint8_t *quote = message + 8;
        quote[0] = (uint8_t)(0x45 ^ (byte() & 3));
        put16(quote + 6, byte() & 1 ? half() : 0);
        quote[9] = byte() & 1 ? 17 : byte();
        az_ip4_store(quote + 12, some_address());
        az_ip4_store(quote + 16, some_address());
        put16(quote + 20, 7000);
        put16(quote + 22, byte() & 1 ? 53 : half());
        bytes += byte() % 29;
    } else {
        bytes += fill(message + 8, 1472);
    }
    if (byte() % 16 == 0)
        bytes = byte() % 8;
    sum = az_checksum_end(az_checksum_add(0, message, bytes));
    if (bytes >= 4)
        memcpy(message + 2, &sum, 2);
    packet(1, message, bytes);
}

static void udp(void)
{
    uint8_t datagram[1480];
    uint32_t bytes = 8 + fill(datagram + 8, 1472);
    uint8_t shape = byte();
    put16(datagram, shape & 1 ? 53 : half());
    put16(datagram + 2, shape & 2 ? half() : 7000);
    put16(datagram + 4, (uint16_t)(shape & 4 ? half() : bytes));
    put16(datagram + 6, shape & 8 ? half() : 0);
    packet(17, datagram, shape & 16 ? bytes % 8 : bytes);
}

static void app(int fd)
{
    static uint8_t block[9000];
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = __builtin_bswap16(53)};
    uint8_t what = byte();
    to.sin_addr.s_addr = some_address();
    if (what & 1)
        (void)az_sys_recvfrom(fd, block, half() % sizeof block, what & 2 ? MSG_PEEK : 0, NULL, NULL);
    else if (what & 2)
        (void)az_sys_connect(fd, (struct sockaddr *)&to, sizeof to);
    else
        (void)az_sys_sendto(fd, block, half() % sizeof block, MSG_DONTWAIT, (struct sockaddr *)&to, sizeof to);
    machine_settle();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool started;
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = __builtin_bswap16(7000)};
    struct az_netbuf_stats buffers;

    wire_start();
    if (!started)
        az_udp_init();
    started = true;
    input = data;
    input_end = data + size;
    wire.no_arp = byte() & 1;
    int fd = (int)az_sys_socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    if (fd < 0 || az_sys_bind(fd, (struct sockaddr *)&any, sizeof any))
        abort();
    for (unsigned steps = 0; input < input_end && steps < 300; steps++) {
        static void (*const frames[])(void) = {raw, arp, icmp, udp, icmp, udp};
        uint8_t step = byte() % 8;
        if (step < AZ_ARRAY_LENGTH(frames))
            frames[step]();
        else if (step == 6)
            app(fd);
        else
            machine_run(machine_now + AZ_MS(1) * half());
        wire_forget();
    }
    machine_close(fd);
    machine_run(machine_now + AZ_SECONDS(60)); /* fragments and questions are given up */
    wire_forget();
    az_netbuf_stats(&buffers);
    if (buffers.live || udp_counters.sockets)
        abort();
    return 0;
}
