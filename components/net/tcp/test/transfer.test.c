/* Both ends of connections are ours, over a wire that loses, repeats, delays and reorders. Time is virtual. */
#include <az/test.h>

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>


#include "tcp_parts.h"
#include "wire.h"

#define CALL(expression) call_or_fail((expression), #expression)

static long call_or_fail(long result, const char *what)
{
    if (result < 0) {
        printf("  %s: %s\n", what, strerror((int)-result));
        abort();
    }
    return result;
}

static void start(void)
{
    static bool started;
    wire_start();
    wire.mirror = true;
    if (!started)
        az_tcp_init();
    started = true;
}

static struct sockaddr_in address_of(az_ip4 ip, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = __builtin_bswap16(port)};
    address.sin_addr.s_addr = ip;
    return address;
}

static int listen_at(uint16_t port)
{
    struct sockaddr_in any = address_of(0, port);
    int on = 1, fd = (int)CALL(az_sys_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    CALL(az_sys_setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)));
    CALL(az_sys_bind(fd, (struct sockaddr *)&any, sizeof(any)));
    CALL(az_sys_listen(fd, 128));
    return fd;
}

static int connect_to(uint16_t port)
{
    struct sockaddr_in peer = address_of(WIRE_PEER, port);
    int fd = (int)CALL(az_sys_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    long result = az_sys_connect(fd, (struct sockaddr *)&peer, sizeof(peer));
    AZ_CHECK(result == -EINPROGRESS || result == 0);
    return fd;
}

static int accept_from(int listener)
{
    for (;;) {
        long fd = az_sys_accept4(listener, NULL, NULL, SOCK_NONBLOCK);
        if (fd >= 0)
            return (int)fd;
        AZ_CHECK_EQ(fd, -EAGAIN);
        machine_run(machine_now + AZ_MS(1));
    }
}

static uint8_t byte_at(uint64_t i)
{
    return (uint8_t)(i * 167 + (i >> 8) * 13 + (i >> 16));
}

/* One direction of a transfer. */
struct flow {
    int from, to;
    uint64_t bytes, sent, received, wrong;
    bool shut, ended;
};

static bool move(struct flow *flow)
{
    uint8_t block[8192];
    bool any = false;
    while (flow->sent < flow->bytes) {
        size_t part = flow->bytes - flow->sent < sizeof(block) ? (size_t)(flow->bytes - flow->sent) : sizeof(block);
        for (size_t i = 0; i < part; i++)
            block[i] = byte_at(flow->sent + i);
        long sent = az_sys_sendto(flow->from, block, part, 0, NULL, 0);
        if (sent == -EAGAIN)
            break;
        flow->sent += (uint64_t)CALL(sent);
        any = true;
    }
    if (flow->sent == flow->bytes && !flow->shut) {
        CALL(az_sys_shutdown(flow->from, SHUT_WR));
        flow->shut = true;
    }
    while (!flow->ended) {
        long got = az_sys_recvfrom(flow->to, block, sizeof(block), 0, NULL, NULL);
        if (got == -EAGAIN)
            break;
        flow->ended = CALL(got) == 0;
        for (long i = 0; i < got; i++)
            flow->wrong += block[i] != byte_at(flow->received + (uint64_t)i);
        flow->received += (uint64_t)got;
        any = true;
    }
    return any;
}

/* Sends `bytes` each way at once and checks every one; returns the virtual time it took. */
static az_time transfer(uint64_t bytes)
{
    int listener = listen_at(80), client = connect_to(80), server = accept_from(listener);
    struct flow there = {.from = client, .to = server, .bytes = bytes};
    struct flow back = {.from = server, .to = client, .bytes = bytes};
    az_time began = machine_now;

    while ((!there.ended || !back.ended) && machine_now - began < AZ_SECONDS(3600)) {
        bool any = move(&there);
        any |= move(&back);
        if (!any)
            machine_run(machine_now + AZ_MS(1));
    }
    az_time took = machine_now - began;
    AZ_CHECK_EQ(there.received, bytes);
    AZ_CHECK_EQ(back.received, bytes);
    AZ_CHECK_EQ(there.wrong + back.wrong, 0);
    machine_close(client);
    machine_close(server);
    machine_close(listener);
    machine_run(machine_now + AZ_SECONDS(200));
    return took;
}

static void check_base_line(void)
{
    struct az_netbuf_stats buffers;
    machine_run(machine_now + AZ_SECONDS(400));
    az_netbuf_stats(&buffers);
    AZ_CHECK_EQ(buffers.live, 0);
    AZ_CHECK_EQ(tcp_stack()->counters.connections, 0);
    AZ_CHECK_EQ(tcp_stack()->counters.requests, 0);
    AZ_CHECK_EQ(tcp_stack()->counters.timewaits, 0);
    AZ_CHECK_EQ(tcp_stack()->node_count, 0);
}

AZ_TEST(eight_mebibytes_both_ways_on_a_good_wire)
{
    start();
    AZ_CHECK(transfer(8 << 20) < AZ_SECONDS(10));
    AZ_CHECK_EQ(tcp_stack()->counters.retransmitted, 0);
    check_base_line();
}

AZ_TEST(eight_mebibytes_both_ways_on_a_bad_wire_with_sack)
{
    start();
    wire.loss = 20, wire.duplication = 20, wire.reordering = 50;
    wire.seed = 7;
    AZ_CHECK(transfer(8 << 20) < AZ_SECONDS(300));
    AZ_CHECK(tcp_stack()->counters.retransmitted > 0);
    check_base_line();
}

AZ_TEST(a_mebibyte_both_ways_on_a_bad_wire_without_sack)
{
    start();
    wire.no_sack = true;
    wire.loss = 20, wire.duplication = 20, wire.reordering = 20;
    wire.seed = 11;
    AZ_CHECK(transfer(1 << 20) < AZ_SECONDS(300));
    check_base_line();
}

AZ_TEST(many_seeds_on_a_terrible_wire)
{
    for (uint32_t seed = 1; seed <= 40; seed++) {
        start();
        wire.seed = seed;
        wire.loss = 150, wire.duplication = 100, wire.reordering = 300;
        wire.no_sack = seed % 2;
        wire.ring = seed % 3 ? 0 : 2;
        transfer(60000);
    }
    start();
    check_base_line();
}

AZ_TEST(a_wire_that_goes_away_for_a_while)
{
    start();
    int listener = listen_at(80), client = connect_to(80), server = accept_from(listener);
    struct flow there = {.from = client, .to = server, .bytes = 400000};
    move(&there);
    machine_run(machine_now + AZ_MS(2));
    wire.down = true;
    machine_run(machine_now + AZ_SECONDS(30));
    wire.down = false;
    az_time began = machine_now;
    while (!there.ended && machine_now - began < AZ_SECONDS(200)) {
        move(&there);
        machine_run(machine_now + AZ_MS(1));
    }
    AZ_CHECK_EQ(there.received, 400000);
    AZ_CHECK_EQ(there.wrong, 0);
    machine_close(client);
    machine_close(server);
    machine_close(listener);
    check_base_line();
}

AZ_TEST(ten_thousand_connections_leave_every_counter_at_its_base_line)
{
    start();
    wire.delay = 10000;
    int listener = listen_at(80);
    uint64_t heap = 0, timers = machine_timers_set();
    for (unsigned i = 0; i < 10000; i++) {
        char text[4];
        int client = connect_to(80), server = accept_from(listener);
        CALL(az_sys_sendto(client, "ping", 4, 0, NULL, 0));
        machine_run(machine_now + AZ_MS(1));
        AZ_CHECK_EQ(az_sys_recvfrom(server, text, 4, 0, NULL, NULL), 4);
        if (i % 3 == 0)
            CALL(az_sys_sendto(server, text, 4, 0, NULL, 0)); /* not read: closing resets */
        machine_close(i % 2 ? client : server);
        machine_run(machine_now + AZ_MS(1));
        machine_close(i % 2 ? server : client);
        if (i == 4999) {
            machine_run(machine_now + AZ_SECONDS(200));
            heap = machine_heap_live();
        }
    }
    machine_run(machine_now + AZ_SECONDS(200));
    AZ_CHECK_EQ(machine_heap_live(), heap);
    AZ_CHECK_EQ(machine_timers_set(), timers);
    machine_close(listener);
    check_base_line();
}

AZ_TEST(time_waits_are_bounded)
{
    start();
    wire.delay = 1000;
    int listener = listen_at(80);
    for (unsigned i = 0; i < CONFIG_NET_TCP_TIME_WAITS + 100; i++) {
        int client = connect_to(80), server = accept_from(listener);
        machine_close(client);
        machine_settle();
        machine_run(machine_now + 10000);
        machine_close(server);
        machine_run(machine_now + 10000);
    }
    AZ_CHECK_EQ(tcp_stack()->counters.timewaits, CONFIG_NET_TCP_TIME_WAITS);
    machine_close(listener);
    check_base_line();
}

AZ_TEST(two_hundred_connections_at_once)
{
    start();
    wire.loss = 10;
    int listener = listen_at(80), clients[200], servers[200];
    for (unsigned i = 0; i < 200; i++)
        clients[i] = connect_to(80);
    for (unsigned i = 0; i < 200; i++)
        servers[i] = accept_from(listener);
    for (unsigned i = 0; i < 200; i++)
        CALL(az_sys_sendto(clients[i], &i, sizeof(i), 0, NULL, 0));
    machine_run(machine_now + AZ_SECONDS(30));
    uint64_t sum = 0;
    for (unsigned i = 0; i < 200; i++) {
        unsigned value;
        AZ_CHECK_EQ(az_sys_recvfrom(servers[i], &value, sizeof(value), 0, NULL, NULL), sizeof(value));
        sum += value;
        machine_close(clients[i]);
        machine_close(servers[i]);
    }
    AZ_CHECK_EQ(sum, 199 * 200 / 2);
    machine_close(listener);
    check_base_line();
}

AZ_TEST(memory_runs_out_and_comes_back)
{
    start();
    int listener = listen_at(80);
    for (unsigned fail = 1; fail < 40; fail++) {
        machine_heap_fails = fail;
        struct sockaddr_in peer = address_of(WIRE_PEER, 80);
        long client = az_sys_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        if (client >= 0) {
            (void)az_sys_connect((int)client, (struct sockaddr *)&peer, sizeof(peer));
            machine_run(machine_now + AZ_SECONDS(2));
        }
        machine_heap_fails = 0;
        machine_run(machine_now + AZ_SECONDS(70));
        long server = az_sys_accept4(listener, NULL, NULL, SOCK_NONBLOCK);
        if (server >= 0)
            machine_close((int)server);
        if (client >= 0)
            machine_close((int)client);
        machine_run(machine_now + AZ_SECONDS(200));
    }
    machine_close(listener);
    check_base_line();
}
