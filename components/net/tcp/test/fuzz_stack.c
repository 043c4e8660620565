/*
 * Fuzzing from Ethernet to TCP. The input is a program: each step is raw bytes on the wire, a TCP segment near what some
 * connection expects (so that checksums and sequence numbers are no barrier), an act of the app, or time that passes. At the
 * end everything is closed and every counter must be at its base line.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>


#include "tcp_parts.h"
#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *input, *input_end;

static uint8_t byte(void)
{
    return input < input_end ? *input++ : 0;
}

static uint32_t number(void)
{
    uint32_t value = byte();
    value |= (uint32_t)byte() << 8;
    return value;
}

#define SOCKETS 8
static int sockets[SOCKETS]; /* descriptors + 1; 0: none */

static void send_raw(void)
{
    uint8_t frame[256] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8};
    uint32_t bytes = byte();
    for (uint32_t i = 12; i < bytes; i++)
        frame[i] = byte();
    wire_inject(frame, bytes);
}

static void send_ip(void)
{
    static const uint8_t protocols[] = {1, 6, 17, 6};
    uint8_t payload[256];
    uint8_t protocol = protocols[byte() & 3];
    unsigned fragment = byte() & 1 ? number() & 0x203f : 0;
    uint32_t bytes = byte();
    for (uint32_t i = 0; i < bytes; i++)
        payload[i] = byte();
    wire_send_ip(WIRE_PEER, WIRE_US, protocol, fragment, 1, payload, bytes);
}

/* A segment for the node that `pick` chooses, off by a little. */
static void send_segment(void)
{
    static uint8_t payload[1400];
    static const int32_t offsets[] = {0, 0, 0, 1, -1, 100, -100, 70000};
    uint8_t options[40];
    struct tcp_stack *stack = tcp_stack();
    struct wire_tcp s = {.from = (uint16_t)(5000 + (byte() & 3)), .to = 80};
    struct tcp_tuple tuple = {WIRE_US, WIRE_PEER, 80, s.from};
    struct tcp_node *node = tcp_find(&tuple);
    uint8_t pick = byte();

    if (pick & 0x80 && stack->bucket_count) { /* any other: connections of our own calling */
        for (uint32_t i = 0; i < stack->bucket_count; i++) {
            if (stack->buckets[i] && (pick-- & 0x0f) == 0)
                node = stack->buckets[i];
        }
    }
    if (node) {
        s.from = node->tuple.remote_port;
        s.to = node->tuple.local_port;
        if (node->kind == TCP_NODE_CONNECTION) {
            s.sequence = tcp_of_node(node)->receive_next;
            s.ack = byte() & 1 ? tcp_of_node(node)->send_next : tcp_of_node(node)->send_unacked;
        } else if (node->kind == TCP_NODE_REQUEST) {
            s.sequence = ((struct tcp_request *)(void *)node)->receive_initial + 1;
            s.ack = ((struct tcp_request *)(void *)node)->send_initial + 1;
        } else {
            s.sequence = ((struct tcp_timewait *)(void *)node)->receive_next;
            s.ack = ((struct tcp_timewait *)(void *)node)->send_next;
        }
    }
    uint8_t off = byte();
    s.sequence += (uint32_t)offsets[off & 7];
    s.ack += (uint32_t)offsets[off >> 3 & 7];
    s.flags = byte() & 0x3f;
    if (off & 0x80)
        s.flags = TCP_FLAG_ACK;
    s.window = number();
    s.bytes = number() % sizeof(payload);
    s.option_bytes = (byte() % 11) * 4u;
    for (uint32_t i = 0; i < s.option_bytes; i++)
        options[i] = byte();
    s.options = options;
    s.payload = payload;
    wire_send_tcp(&s);
}

static void act(void)
{
    static uint8_t block[20000];
    struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = __builtin_bswap16(80)};
    uint8_t what = byte();
    int *place = &sockets[1 + (what >> 4) % (SOCKETS - 1)];
    int value = byte();
    long fd;

    peer.sin_addr.s_addr = WIRE_PEER;
    if (!*place) {
        fd = what & 1 ? az_sys_accept4(sockets[0] - 1, NULL, NULL, SOCK_NONBLOCK)
                      : az_sys_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        if (fd >= 0)
            *place = (int)fd + 1;
        if (fd >= 0 && !(what & 1))
            (void)az_sys_connect((int)fd, (struct sockaddr *)&peer, sizeof(peer));
        return;
    }
    fd = *place - 1;
    switch (what & 7) {
    case 0:
    case 1:
        (void)az_sys_sendto((int)fd, block, number() % sizeof(block), MSG_NOSIGNAL, NULL, 0);
        break;
    case 2:
    case 3:
        (void)az_sys_recvfrom((int)fd, block, number() % sizeof(block), value & MSG_PEEK, NULL, NULL);
        break;
    case 4:
        (void)az_sys_shutdown((int)fd, value % 3);
        break;
    case 5: {
        static const int options[] = {TCP_NODELAY, TCP_CORK, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_USER_TIMEOUT, TCP_INFO, TCP_QUICKACK};
        (void)az_sys_setsockopt((int)fd, IPPROTO_TCP, options[value & 7], &value, sizeof(value));
        break;
    }
    case 6: {
        struct linger linger = {value & 1, 0};
        (void)az_sys_setsockopt((int)fd, SOL_SOCKET, value & 2 ? SO_KEEPALIVE : SO_LINGER, &linger, sizeof(linger));
        break;
    }
    case 7:
        machine_close((int)fd);
        *place = 0;
        break;
    }
    machine_settle();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool started;
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = __builtin_bswap16(80)};
    struct az_netbuf_stats buffers;

    wire_start();
    if (!started)
        az_tcp_init();
    started = true;
    input = data;
    input_end = data + size;
    sockets[0] = (int)az_sys_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0) + 1;
    int on = 1;
    if (az_sys_setsockopt(sockets[0] - 1, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
        az_sys_bind(sockets[0] - 1, (struct sockaddr *)&any, sizeof(any)) || az_sys_listen(sockets[0] - 1, 4))
        abort();
    for (unsigned steps = 0; input < input_end && steps < 300; steps++) {
        switch (byte() % 8) {
        case 0:
            send_raw();
            break;
        case 1:
            send_ip();
            break;
        case 2:
            machine_run(machine_now + (az_time)number() * (az_time)(number() * 64 + 1));
            break;
        case 3:
        case 4:
            act();
            break;
        default:
            send_segment();
        }
        wire_forget();
    }
    for (unsigned i = SOCKETS; i-- > 0;) {
        if (sockets[i])
            machine_close(sockets[i] - 1);
        sockets[i] = 0;
    }
    machine_run(machine_now + AZ_SECONDS(7200));
    wire_forget();
    az_netbuf_stats(&buffers);
    const struct tcp_counters *counters = &tcp_stack()->counters;
    if (buffers.live || counters->connections || counters->requests || counters->timewaits || tcp_stack()->node_count)
        abort();
    return 0;
}
