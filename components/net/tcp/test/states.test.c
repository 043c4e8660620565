/* One connection at a time against a peer that this test plays segment by segment (RFC 9293, 3.10.7 and the RFCs named). */
#include <az/test.h>

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>

#include "tcp_parts.h"
#include "wire.h"

#define FIN TCP_FLAG_FIN
#define SYN TCP_FLAG_SYN
#define RST TCP_FLAG_RST
#define PSH TCP_FLAG_PSH
#define ACK TCP_FLAG_ACK

static uint16_t next_port = 4000;
static struct wire_tcp peer; /* what the peer sends next; from, to, sequence, ack kept up to date by hand */
static struct wire_tcp seen;
static int listener, fd;

static void begin(void)
{
    static bool started;
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = __builtin_bswap16(80)};
    int on = 1;
    wire_start();
    if (!started)
        az_tcp_init();
    started = true;
    listener = (int)az_sys_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    AZ_CHECK_EQ(az_sys_setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)), 0);
    AZ_CHECK_EQ(az_sys_bind(listener, (struct sockaddr *)&any, sizeof(any)), 0);
    AZ_CHECK_EQ(az_sys_listen(listener, 8), 0);
    peer = (struct wire_tcp){.from = next_port++, .to = 80, .sequence = 1000, .window = 60000};
    fd = -1;
}

static void end(void)
{
    struct az_netbuf_stats buffers;
    if (fd >= 0)
        machine_close(fd);
    machine_close(listener);
    machine_run(machine_now + AZ_SECONDS(3000));
    wire_forget();
    az_netbuf_stats(&buffers);
    AZ_CHECK_EQ(buffers.live, 0);
    AZ_CHECK_EQ(tcp_stack()->counters.connections, 0);
    AZ_CHECK_EQ(tcp_stack()->node_count, 0);
}

static void say(unsigned flags, const char *text)
{
    peer.flags = flags;
    peer.payload = text;
    peer.bytes = (uint32_t)strlen(text);
    wire_send_tcp(&peer);
    peer.sequence += peer.bytes + !!(flags & (SYN | FIN));
}

static bool hear(void)
{
    return wire_next_tcp(&seen);
}

/* The next segment must have these flags and so many bytes; the peer's ACK then covers it. */
static void expect(unsigned flags, uint32_t bytes)
{
    AZ_CHECK(hear());
    AZ_CHECK_EQ(seen.flags & (FIN | SYN | RST | ACK), flags);
    AZ_CHECK_EQ(seen.bytes, bytes);
    peer.ack = seen.sequence + seen.bytes + !!(seen.flags & (SYN | FIN));
}

static void expect_silence(void)
{
    AZ_CHECK(!hear());
}

static void open_passively(void)
{
    static const uint8_t options[] = {2, 4, 5, 180, 4, 2, 1, 1}; /* MSS 1460, SACK permitted */
    begin();
    peer.options = options;
    peer.option_bytes = sizeof(options);
    say(SYN, "");
    peer.option_bytes = 0;
    expect(SYN | ACK, 0);
    AZ_CHECK_EQ(seen.ack, peer.sequence);
    say(ACK, "");
    expect_silence();
    fd = (int)az_sys_accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    AZ_CHECK(fd >= 0);
}

static int state(void)
{
    struct tcp_info info;
    socklen_t bytes = sizeof(info);
    AZ_CHECK_EQ(az_sys_getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &bytes), 0);
    return info.tcpi_state;
}

static void send_text(const char *text)
{
    AZ_CHECK_EQ(az_sys_sendto(fd, text, strlen(text), MSG_NOSIGNAL, NULL, 0), (long)strlen(text));
}

static long receive(void)
{
    char text[4096];
    return az_sys_recvfrom(fd, text, sizeof(text), 0, NULL, NULL);
}

static void later(az_time length)
{
    machine_run(machine_now + length);
}

AZ_TEST(a_segment_for_nobody_is_reset)
{
    begin();
    peer.to = 81;
    peer.ack = 77;
    say(ACK, "x");
    expect(RST, 0);
    AZ_CHECK_EQ(seen.sequence, 77);
    say(SYN, "");
    expect(RST | ACK, 0);
    AZ_CHECK_EQ(seen.ack, peer.sequence);
    say(RST, "");
    expect_silence();
    end();
}

AZ_TEST(passive_open_data_and_passive_close)
{
    open_passively();
    AZ_CHECK_EQ(state(), TCP_ESTABLISHED);
    say(ACK | PSH, "hello");
    expect_silence(); /* a delayed ACK */
    later(AZ_MS(39));
    expect_silence();
    later(AZ_MS(2));
    expect(ACK, 0);
    AZ_CHECK_EQ(seen.ack, peer.sequence);
    AZ_CHECK_EQ(receive(), 5);
    send_text("answer");
    expect(ACK, 6);
    say(ACK, "");
    say(FIN | ACK, "");
    expect(ACK, 0);
    AZ_CHECK_EQ(state(), TCP_CLOSE_WAIT);
    AZ_CHECK_EQ(receive(), 0);
    send_text("bye");
    expect(ACK, 3);
    AZ_CHECK_EQ(az_sys_shutdown(fd, SHUT_WR), 0);
    expect(FIN | ACK, 0);
    AZ_CHECK_EQ(state(), TCP_LAST_ACK);
    say(ACK, "");
    AZ_CHECK_EQ(state(), TCP_CLOSE);
    end();
}

AZ_TEST(active_close_through_fin_wait_2_and_time_wait)
{
    open_passively();
    AZ_CHECK_EQ(az_sys_shutdown(fd, SHUT_WR), 0);
    expect(FIN | ACK, 0);
    AZ_CHECK_EQ(state(), TCP_FIN_WAIT1);
    say(ACK, "");
    AZ_CHECK_EQ(state(), TCP_FIN_WAIT2);
    say(ACK, "still here");
    AZ_CHECK_EQ(receive(), 10);
    say(FIN | ACK, "");
    expect(ACK, 0);
    AZ_CHECK_EQ(tcp_stack()->counters.timewaits, 1);
    peer.sequence--;
    say(FIN | ACK, ""); /* our ACK was lost */
    expect(ACK, 0);
    AZ_CHECK_EQ(seen.ack, peer.sequence);
    say(RST, ""); /* RFC 1337 */
    AZ_CHECK_EQ(tcp_stack()->counters.timewaits, 1);
    later(AZ_SECONDS(61));
    AZ_CHECK_EQ(tcp_stack()->counters.timewaits, 0);
    end();
}

AZ_TEST(simultaneous_close)
{
    open_passively();
    AZ_CHECK_EQ(az_sys_shutdown(fd, SHUT_WR), 0);
    expect(FIN | ACK, 0);
    uint32_t ack = peer.ack;
    peer.ack--; /* the peer's FIN crosses ours */
    say(FIN | ACK, "");
    AZ_CHECK_EQ(state(), TCP_CLOSING);
    expect(ACK, 0);
    peer.ack = ack;
    say(ACK, "");
    AZ_CHECK_EQ(tcp_stack()->counters.timewaits, 1);
    end();
}

AZ_TEST(fin_with_the_ack_of_ours)
{
    open_passively();
    AZ_CHECK_EQ(az_sys_shutdown(fd, SHUT_WR), 0);
    expect(FIN | ACK, 0);
    say(FIN | ACK, "");
    expect(ACK, 0);
    AZ_CHECK_EQ(tcp_stack()->counters.timewaits, 1);
    end();
}

AZ_TEST(closed_before_the_peer_an_orphan_is_a_small_record_and_refuses_data)
{
    open_passively();
    machine_close(fd);
    fd = -1;
    expect(FIN | ACK, 0);
    say(ACK, "");
    AZ_CHECK_EQ(tcp_stack()->counters.connections, 1); /* the listener */
    AZ_CHECK_EQ(tcp_stack()->counters.timewaits, 1);
    say(ACK, "anyone?");
    expect(RST, 0);
    AZ_CHECK_EQ(tcp_stack()->counters.timewaits, 0);
    end();
}

AZ_TEST(closing_with_unread_data_resets)
{
    open_passively();
    say(ACK | PSH, "unread");
    machine_close(fd);
    fd = -1;
    expect(RST | ACK, 0);
    end();
}

AZ_TEST(a_reset_must_be_exact)
{
    open_passively();
    peer.sequence += 10;
    say(RST, "");
    expect(ACK, 0); /* RFC 5961: a challenge */
    AZ_CHECK_EQ(seen.ack, peer.sequence - 10);
    peer.sequence += 500000;
    say(RST, "");
    expect_silence();
    peer.sequence -= 500010;
    say(SYN, "");
    expect(ACK, 0);
    peer.sequence--;
    AZ_CHECK_EQ(state(), TCP_ESTABLISHED);
    say(RST, "");
    AZ_CHECK_EQ(state(), TCP_CLOSE);
    AZ_CHECK_EQ(receive(), -ECONNRESET);
    AZ_CHECK_EQ(receive(), 0);
    AZ_CHECK_EQ(az_sys_sendto(fd, "x", 1, 0, NULL, 0), -EPIPE);
    AZ_CHECK(machine_signals > 0);
    end();
}

AZ_TEST(an_ack_of_what_was_never_sent_is_challenged)
{
    open_passively();
    peer.ack += 1000;
    say(ACK, "evil");
    peer.sequence -= 4;
    expect(ACK, 0);
    AZ_CHECK_EQ(receive(), -EAGAIN);
    end();
}

AZ_TEST(early_segments_wait_and_are_told_by_sack)
{
    open_passively();
    uint32_t at = peer.sequence;
    peer.sequence = at + 5;
    say(ACK, "world");
    expect(ACK, 0);
    AZ_CHECK_EQ(seen.ack, at);
    AZ_CHECK_EQ(seen.option_bytes, 12);
    AZ_CHECK_EQ(az_be32_get(*(const az_be32 *)(seen.options + 4)), at + 5);
    AZ_CHECK_EQ(az_be32_get(*(const az_be32 *)(seen.options + 8)), at + 10);
    peer.sequence = at + 20;
    say(FIN | ACK, "last");
    expect(ACK, 0);
    AZ_CHECK_EQ(az_be32_get(*(const az_be32 *)(seen.options + 4)), at + 20); /* the latest first */
    peer.sequence = at;
    say(ACK, "hello");
    expect(ACK, 0);
    AZ_CHECK_EQ(seen.ack, at + 10);
    AZ_CHECK_EQ(receive(), 10);
    say(ACK, "0123456789");
    peer.sequence = at + 10;
    say(ACK, "0123456789xyz"); /* overlaps what is there */
    while (hear())
        continue;
    AZ_CHECK_EQ(seen.ack, at + 25);
    AZ_CHECK_EQ(receive(), 14);
    AZ_CHECK_EQ(state(), TCP_CLOSE_WAIT);
    AZ_CHECK_EQ(receive(), 0);
    end();
}

AZ_TEST(every_second_full_segment_is_acknowledged_at_once)
{
    char block[1001];
    memset(block, 'x', 1000);
    block[1000] = 0;
    open_passively();
    say(ACK, block);
    expect_silence();
    say(ACK, block);
    expect(ACK, 0);
    AZ_CHECK_EQ(seen.ack, peer.sequence);
    end();
}

AZ_TEST(retransmission_backs_off_and_gives_up)
{
    open_passively();
    send_text("lost");
    expect(ACK, 4);
    az_time wait = AZ_SECONDS(1), whole = 0;
    for (unsigned i = 0; i < CONFIG_NET_TCP_RETRIES; i++) {
        later(wait - AZ_MS(1));
        expect_silence();
        later(AZ_MS(1));
        expect(ACK, 4);
        whole += wait;
        wait = AZ_MIN(wait * 2, AZ_SECONDS(120));
    }
    later(AZ_SECONDS(121));
    AZ_CHECK_EQ(receive(), -ETIMEDOUT);
    AZ_CHECK(whole > AZ_SECONDS(100)); /* RFC 1122, 4.2.3.5 */
    end();
}

AZ_TEST(three_duplicate_acks_send_the_first_again)
{
    static char block[14600];
    open_passively();
    AZ_CHECK_EQ(az_sys_sendto(fd, block, sizeof(block), 0, NULL, 0), sizeof(block));
    expect(ACK, 1460);
    uint32_t first = seen.sequence;
    while (hear())
        continue;
    uint8_t sack[12] = {1, 1, 5, 10};
    peer.ack = first;
    peer.options = sack;
    peer.option_bytes = sizeof(sack);
    for (uint32_t i = 1; i <= 3; i++) {
        *(az_be32 *)(sack + 4) = az_be32_of(first + 1460);
        *(az_be32 *)(sack + 8) = az_be32_of(first + 1460 * (i + 1));
        say(ACK, "");
        if (i < 3)
            expect_silence();
    }
    expect(ACK, 1460);
    AZ_CHECK_EQ(seen.sequence, first);
    expect_silence();
    peer.option_bytes = 0;
    peer.ack = first + 14600;
    say(ACK, "");
    end();
}

AZ_TEST(a_shut_window_is_probed_until_it_opens)
{
    open_passively();
    peer.window = 0;
    say(ACK, "");
    send_text("patience");
    expect_silence();
    az_time before = machine_now;
    unsigned probes = 0;
    for (; probes < 6; probes++) {
        later(AZ_SECONDS(1) << probes);
        expect(ACK, 0);
        peer.ack++; /* a probe is one before */
        say(ACK, "");
    }
    AZ_CHECK(machine_now - before > AZ_SECONDS(30));
    peer.window = 1000;
    say(ACK, "");
    expect(ACK, 8);
    say(ACK, "");
    end();
}

AZ_TEST(our_window_shuts_and_opens_without_silly_steps)
{
    static char block[1461];
    int small = 4096;
    memset(block, 'x', 1460);
    open_passively();
    AZ_CHECK_EQ(az_sys_setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
    for (unsigned i = 0; i < 200; i++) {
        say(ACK, block);
        while (hear())
            continue;
        if (!seen.window)
            break;
    }
    later(AZ_SECONDS(1));
    while (hear())
        continue;
    AZ_CHECK_EQ(seen.window, 0);
    char one;
    AZ_CHECK_EQ(az_sys_recvfrom(fd, &one, 1, 0, NULL, NULL), 1);
    expect_silence();
    while (receive() > 0)
        continue;
    expect(ACK, 0);
    AZ_CHECK(seen.window >= 2048);
    end();
}

AZ_TEST(nagle_no_delay_and_cork)
{
    int on = 1, off = 0;
    open_passively();
    send_text("a");
    expect(ACK, 1);
    send_text("b");
    send_text("c");
    expect_silence();
    say(ACK, "");
    expect(ACK, 2);
    say(ACK, "");
    AZ_CHECK_EQ(az_sys_setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)), 0);
    send_text("d");
    expect(ACK, 1);
    send_text("e");
    expect(ACK, 1);
    say(ACK, "");
    AZ_CHECK_EQ(az_sys_setsockopt(fd, IPPROTO_TCP, TCP_CORK, &on, sizeof(on)), 0);
    send_text("f");
    expect_silence();
    AZ_CHECK_EQ(az_sys_setsockopt(fd, IPPROTO_TCP, TCP_CORK, &off, sizeof(off)), 0);
    expect(ACK, 1);
    say(ACK, "");
    AZ_CHECK_EQ(az_sys_setsockopt(fd, IPPROTO_TCP, TCP_CORK, &on, sizeof(on)), 0);
    send_text("g");
    later(AZ_MS(199));
    expect_silence();
    later(AZ_MS(2)); /* as on Linux: a cork holds for 200 ms */
    expect(ACK, 1);
    say(ACK, "");
    end();
}

AZ_TEST(keepalive_finds_a_dead_peer)
{
    int on = 1, idle = 10, interval = 5, count = 3;
    open_passively();
    AZ_CHECK_EQ(az_sys_setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle)), 0);
    AZ_CHECK_EQ(az_sys_setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof(interval)), 0);
    AZ_CHECK_EQ(az_sys_setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof(count)), 0);
    AZ_CHECK_EQ(az_sys_setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)), 0);
    later(AZ_SECONDS(10) + AZ_MS(1));
    expect(ACK, 0);
    peer.ack++;
    say(ACK, ""); /* alive */
    later(AZ_SECONDS(9));
    expect_silence();
    for (int i = 0; i < count; i++) {
        later(i ? AZ_SECONDS(5) : AZ_SECONDS(2));
        expect(ACK, 0);
    }
    later(AZ_SECONDS(5));
    expect(RST | ACK, 0);
    AZ_CHECK_EQ(receive(), -ETIMEDOUT);
    end();
}

AZ_TEST(a_flood_of_syns_is_answered_by_cookies)
{
    begin();
    for (unsigned i = 0; i < CONFIG_NET_TCP_REQUESTS + 50; i++) {
        peer.from = (uint16_t)(10000 + i);
        peer.sequence = 1000;
        say(SYN, "");
    }
    AZ_CHECK_EQ(tcp_stack()->counters.requests, CONFIG_NET_TCP_REQUESTS);
    AZ_CHECK_EQ(tcp_stack()->counters.cookies_sent, 50);
    while (hear()) {
        if (seen.to == peer.from)
            peer.ack = seen.sequence + 1;
    }
    peer.ack += 5;
    say(ACK, "forged");
    expect(RST, 0);
    peer.sequence = 1001;
    peer.ack = seen.sequence - 5;
    say(ACK, "honest");
    fd = (int)az_sys_accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    AZ_CHECK(fd >= 0);
    AZ_CHECK_EQ(receive(), 6);
    end();
    AZ_CHECK_EQ(tcp_stack()->counters.requests, 0);
}

AZ_TEST(a_full_accept_queue_makes_peers_wait)
{
    begin();
    AZ_CHECK_EQ(az_sys_listen(listener, 1), 0);
    for (unsigned i = 0; i < 2; i++) {
        peer.from = next_port++;
        peer.sequence = 1000;
        say(SYN, "");
        expect(SYN | ACK, 0);
        say(ACK, "");
    }
    peer.from = next_port++;
    say(SYN, "");
    expect_silence();
    for (unsigned i = 0; i < 2; i++) {
        long accepted = az_sys_accept4(listener, NULL, NULL, SOCK_NONBLOCK);
        AZ_CHECK(accepted >= 0);
        machine_close((int)accepted);
    }
    AZ_CHECK_EQ(az_sys_accept4(listener, NULL, NULL, SOCK_NONBLOCK), -EAGAIN);
    end();
}

AZ_TEST(a_syn_ack_is_repeated_and_given_up)
{
    begin();
    say(SYN, "");
    unsigned answers = 0;
    later(AZ_SECONDS(100));
    while (hear())
        answers++;
    AZ_CHECK_EQ(answers, 1 + CONFIG_NET_TCP_SYN_RETRIES);
    AZ_CHECK_EQ(tcp_stack()->counters.requests, 0);
    end();
}

AZ_TEST(a_newer_syn_takes_over_a_time_wait)
{
    open_passively();
    machine_close(fd);
    fd = -1;
    expect(FIN | ACK, 0);
    say(FIN | ACK, "");
    expect(ACK, 0);
    AZ_CHECK_EQ(tcp_stack()->counters.timewaits, 1);
    peer.sequence -= 100; /* an old one is only told where we are */
    say(SYN, "");
    expect(ACK, 0);
    peer.sequence += 100000;
    say(SYN, "");
    expect(SYN | ACK, 0);
    AZ_CHECK_EQ(tcp_stack()->counters.timewaits, 0);
    end();
}

static void call_out(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = __builtin_bswap16(4242)};
    begin();
    to.sin_addr.s_addr = WIRE_PEER;
    fd = (int)az_sys_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    AZ_CHECK_EQ(az_sys_connect(fd, (struct sockaddr *)&to, sizeof(to)), -EINPROGRESS);
    machine_settle();
    expect(SYN, 0);
    AZ_CHECK_EQ(az_sys_connect(fd, (struct sockaddr *)&to, sizeof(to)), -EALREADY);
    peer.from = 4242;
    peer.to = seen.from;
    peer.sequence = 9000;
}

static int socket_error(void)
{
    int error = -1;
    socklen_t bytes = sizeof(error);
    AZ_CHECK_EQ(az_sys_getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &bytes), 0);
    return error;
}

AZ_TEST(active_open)
{
    call_out();
    say(SYN | ACK, "");
    expect(ACK, 0);
    AZ_CHECK_EQ(state(), TCP_ESTABLISHED);
    AZ_CHECK_EQ(socket_error(), 0);
    end();
}

AZ_TEST(active_open_refused_and_not_by_a_guess)
{
    call_out();
    peer.ack++;
    say(RST | ACK, "");
    expect_silence();
    AZ_CHECK_EQ(state(), TCP_SYN_SENT);
    peer.ack--;
    say(RST | ACK, "");
    AZ_CHECK_EQ(state(), TCP_CLOSE);
    AZ_CHECK_EQ(socket_error(), ECONNREFUSED);
    end();
}

AZ_TEST(both_call_at_once)
{
    call_out();
    uint32_t ack = peer.ack;
    say(SYN, "");
    AZ_CHECK_EQ(state(), TCP_SYN_RECV);
    expect(SYN | ACK, 0);
    peer.sequence--;
    peer.ack = ack;
    say(SYN | ACK, "");
    expect(ACK, 0);
    say(ACK, "");
    AZ_CHECK_EQ(state(), TCP_ESTABLISHED);
    end();
}

AZ_TEST(nobody_answers)
{
    call_out();
    later(AZ_SECONDS(200));
    unsigned tries = 0;
    while (hear())
        tries++;
    AZ_CHECK_EQ(tries, CONFIG_NET_TCP_SYN_RETRIES);
    AZ_CHECK_EQ(socket_error(), ETIMEDOUT);
    end();
}

AZ_TEST(nobody_is_there)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = __builtin_bswap16(4242)};
    begin();
    wire.no_arp = true;
    to.sin_addr.s_addr = AZ_IP4(10, 0, 0, 77);
    fd = (int)az_sys_socket(AF_INET, SOCK_STREAM, 0);
    AZ_CHECK_EQ(az_sys_connect(fd, (struct sockaddr *)&to, sizeof(to)), -EHOSTUNREACH);
    end();
}

AZ_TEST(a_smaller_path_makes_smaller_segments)
{
    static char block[2920];
    open_passively();
    AZ_CHECK_EQ(az_sys_sendto(fd, block, sizeof(block), 0, NULL, 0), sizeof(block));
    expect(ACK, 1460);
    uint32_t first = seen.sequence;
    uint8_t icmp[36] = {3, 4, 0, 0, 0, 0, 4, 76, 0x45, 0, 5, 220, 0, 0, 0x40, 0, 64, 6}; /* MTU 1100 */
    az_ip4_store(icmp + 20, WIRE_US);
    az_ip4_store(icmp + 24, WIRE_PEER);
    *(az_be16 *)(icmp + 28) = az_be16_of(80);
    *(az_be16 *)(icmp + 30) = az_be16_of(peer.from);
    *(az_be32 *)(icmp + 32) = az_be32_of(first);
    uint16_t sum = az_checksum_end(az_checksum_add(0, icmp, sizeof(icmp)));
    memcpy(icmp + 2, &sum, 2);
    while (hear())
        continue;
    wire_send_ip(AZ_IP4(10, 0, 0, 254), WIRE_US, 1, 0, 0, icmp, sizeof(icmp));
    expect(ACK, 1060);
    AZ_CHECK_EQ(seen.sequence, first);
    end();
}
