/* What the socket calls promise beside the protocols: descriptors, listeners that share a port, connecting before there is an address. */
#include <az/test.h>

#include <errno.h>
#include <netinet/in.h>

#include "tcp_parts.h"
#include "wire.h"

static const struct sockaddr_in port_80 = {.sin_family = AF_INET, .sin_port = __builtin_bswap16(80)};

static void begin(bool address)
{
    static bool started;
    if (address)
        wire_start();
    else
        wire_start_bare();
    if (!started)
        az_tcp_init();
    started = true;
}

static void end(void)
{
    struct az_netbuf_stats buffers;
    machine_run(machine_now + AZ_SECONDS(3000));
    wire_forget();
    az_netbuf_stats(&buffers);
    AZ_CHECK_EQ(buffers.live, 0);
    AZ_CHECK_EQ(tcp_stack()->counters.connections, 0);
    AZ_CHECK_EQ(machine_timers_set(), 0);
}

static int listen_on_80(void)
{
    int on = 1, fd = (int)az_sys_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    AZ_CHECK_EQ(az_sys_setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)), 0);
    AZ_CHECK_EQ(az_sys_bind(fd, (const struct sockaddr *)&port_80, sizeof(port_80)), 0);
    AZ_CHECK_EQ(az_sys_listen(fd, 100), 0);
    return fd;
}

/* A peer opens a connection from `port`. */
static void open_from(uint16_t port)
{
    struct wire_tcp peer = {.from = port, .to = 80, .sequence = 1000, .window = 60000, .flags = TCP_FLAG_SYN}, answer;
    wire_forget();
    wire_send_tcp(&peer);
    machine_settle();
    AZ_CHECK(wire_next_tcp(&answer));
    AZ_CHECK_EQ(answer.flags, TCP_FLAG_SYN | TCP_FLAG_ACK);
    peer.flags = TCP_FLAG_ACK;
    peer.sequence++;
    peer.ack = answer.sequence + 1;
    wire_send_tcp(&peer);
    machine_settle();
}

static unsigned accept_all(int listener)
{
    unsigned count = 0;
    for (long fd; (fd = az_sys_accept(listener, NULL, NULL)) >= 0; count++)
        machine_close((int)fd);
    return count;
}

AZ_TEST(a_full_table_leaves_the_connection_in_the_queue)
{
    begin(true);
    int listener = listen_on_80();
    open_from(5000);
    unsigned limit = machine_fd_limit;
    machine_fd_limit = (unsigned)listener + 1;
    AZ_CHECK_EQ(az_sys_accept(listener, NULL, NULL), -EMFILE);
    AZ_CHECK_EQ(az_sys_accept4(listener, NULL, NULL, SOCK_NONBLOCK), -EMFILE);
    machine_fd_limit = limit;
    long fd = az_sys_accept(listener, NULL, NULL);
    AZ_CHECK_EQ(fd, listener + 1);
    machine_close((int)fd);
    AZ_CHECK_EQ(az_sys_accept(listener, NULL, NULL), -EAGAIN);
    AZ_CHECK_EQ(az_sys_accept4(listener, NULL, NULL, 1), -EINVAL);
    machine_close(listener);
    end();
}

AZ_TEST(listeners_that_share_a_port_share_the_connections)
{
    begin(true);
    int first = listen_on_80(), second = listen_on_80();
    for (uint16_t i = 0; i < 64; i++)
        open_from((uint16_t)(6000 + i));
    unsigned mine = accept_all(first), others = accept_all(second);
    AZ_CHECK_EQ(mine + others, 64);
    AZ_CHECK(mine >= 16 && others >= 16);
    machine_close(first);
    open_from(7000);
    AZ_CHECK_EQ(accept_all(second), 1);
    machine_close(second);
    end();
}

AZ_TEST(connecting_before_there_is_an_address_does_not_block)
{
    static const struct az_ipv4_config config = {.address = WIRE_US, .mask = AZ_IP4(255, 255, 255, 0)};
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = __builtin_bswap16(4242), .sin_addr.s_addr = WIRE_PEER};
    struct wire_tcp seen;
    begin(false);
    az_ipv4_config_expect();
    az_time start = machine_now;
    int fd = (int)az_sys_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    AZ_CHECK_EQ(az_sys_connect(fd, (struct sockaddr *)&to, sizeof(to)), -EINPROGRESS);
    AZ_CHECK_EQ(az_sys_connect(fd, (struct sockaddr *)&to, sizeof(to)), -EALREADY);
    AZ_CHECK_EQ(machine_now, start);
    machine_run(machine_now + AZ_SECONDS(1));
    AZ_CHECK(!wire_next_tcp(&seen));
    az_ipv4_configure(&wire.device, &config);
    machine_run(machine_now + AZ_MS(20));
    AZ_CHECK(wire_next_tcp(&seen));
    AZ_CHECK_EQ(seen.flags, TCP_FLAG_SYN);
    struct wire_tcp answer = {.from = 4242, .to = seen.from, .sequence = 1, .ack = seen.sequence + 1, .window = 1000,
                              .flags = TCP_FLAG_SYN | TCP_FLAG_ACK};
    wire_send_tcp(&answer);
    machine_settle();
    AZ_CHECK_EQ(az_sys_connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    machine_close(fd);
    end();
}

AZ_TEST(an_address_that_never_comes_ends_the_attempt)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = __builtin_bswap16(4242), .sin_addr.s_addr = WIRE_PEER};
    int error = 0;
    socklen_t bytes = sizeof(error);
    begin(false);
    az_ipv4_config_expect();
    int fd = (int)az_sys_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    AZ_CHECK_EQ(az_sys_connect(fd, (struct sockaddr *)&to, sizeof(to)), -EINPROGRESS);
    machine_run(machine_now + AZ_SECONDS(11));
    AZ_CHECK_EQ(az_sys_getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &bytes), 0);
    AZ_CHECK_EQ(error, ENETUNREACH);
    machine_close(fd);
    fd = (int)az_sys_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    AZ_CHECK_EQ(az_sys_connect(fd, (struct sockaddr *)&to, sizeof(to)), -EINPROGRESS);
    machine_close(fd); /* while it waits */
    end();
}
