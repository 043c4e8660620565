/*
 * The stack as a process of Linux, on a TAP device: serves HTTP on port 8080 and echoes on port 7, one connection after the other
 * event by event, so that curl, wrk and Linux's own TCP can be set against it.
 *
 *     tap NAME ADDRESS/BITS
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <unistd.h>

#include <az/ipv4.h>

#include "machine.h"

static int tap_fd;

static unsigned tap_send(struct az_netdev *device, unsigned queue, struct az_netbuf **frames, unsigned count)
{
    (void)device, (void)queue;
    for (unsigned i = 0; i < count; i++) {
        if (write(tap_fd, frames[i]->data, frames[i]->length) < 0)
            device->dropped++;
        az_netbuf_unref(frames[i]);
    }
    return count;
}

static unsigned tap_receive(struct az_netdev *device, unsigned queue, struct az_netbuf **out, unsigned count)
{
    unsigned taken = 0;
    (void)device, (void)queue;
    while (taken < count) {
        struct az_netbuf *frame = az_netbuf_alloc(AZ_NETBUF_ROOM);
        if (!frame)
            break;
        ssize_t bytes = read(tap_fd, frame->data, AZ_NETBUF_ROOM);
        if (bytes <= 0) {
            az_netbuf_unref(frame);
            break;
        }
        frame->length = (uint32_t)bytes;
        out[taken++] = frame;
    }
    return taken;
}

static bool tap_arm(struct az_netdev *device, unsigned queue, bool on)
{
    (void)device, (void)queue, (void)on;
    return true;
}

static void tap_sleep(az_time limit)
{
    struct pollfd wait = {.fd = tap_fd, .events = POLLIN};
    if (limit > 0)
        poll(&wait, 1, (int)(limit / 1000000) + 1);
}

struct client {
    int fd;
    char request[2048];
    size_t length;
};

static struct client clients[1024];

static void serve_http(struct client *client)
{
    char answer[512];
    const char *body = "hello from az\n";
    client->request[client->length] = 0;
    char *end;
    while ((end = strstr(client->request, "\r\n\r\n"))) {
        unsigned long bytes = 0;
        if (sscanf(client->request, "GET /bytes/%lu", &bytes) == 1) {
            int n = snprintf(answer, sizeof(answer), "HTTP/1.1 200 OK\r\nContent-Length: %lu\r\n\r\n", bytes);
            az_sys_sendto(client->fd, answer, (size_t)n, 0, NULL, 0);
            static char block[65536];
            for (size_t i = 0; i < sizeof(block); i++)
                block[i] = (char)(i * 7 + (i >> 8));
            while (bytes) { /* blocking: one such client at a time */
                size_t part = bytes < sizeof(block) ? bytes : sizeof(block);
                long sent = az_sys_sendto(client->fd, block, part, 0, NULL, 0);
                if (sent <= 0)
                    break;
                bytes -= (unsigned long)sent;
            }
        } else {
            int n = snprintf(answer, sizeof(answer), "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s", strlen(body), body);
            az_sys_sendto(client->fd, answer, (size_t)n, 0, NULL, 0);
        }
        client->length -= (size_t)(end + 4 - client->request);
        memmove(client->request, end + 4, client->length + 1);
    }
}

int main(int argc, char **argv)
{
    static const struct az_netdev_ops ops = {.send = tap_send, .receive = tap_receive, .arm = tap_arm};
    static struct az_netdev device = {.ops = &ops, .mac = {2, 0, 0, 0, 0, 1}, .mtu = 1500, .queues = 1, .link_up = true};
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
    struct az_ipv4_config config = {0};
    char address[64];
    int bits = 24;

    if (argc < 3 || sscanf(argv[2], "%63[^/]/%d", address, &bits) < 1)
        return 2;
    config.address = inet_addr(address);
    config.mask = htonl(bits ? ~0u << (32 - bits) : 0);
    tap_fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
    strncpy(request.ifr_name, argv[1], sizeof(request.ifr_name) - 1);
    if (tap_fd < 0 || ioctl(tap_fd, TUNSETIFF, &request) < 0) {
        perror("/dev/net/tun");
        return 1;
    }
    machine_real_time = true;
    machine_sleep = tap_sleep;
    az_netdev_register(&device);
    az_ipv4_init();
    az_tcp_init();
    az_ipv4_configure(&device, &config);

    int listener = (int)az_sys_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(8080)};
    if (az_sys_bind(listener, (struct sockaddr *)&any, sizeof(any)) || az_sys_listen(listener, 4096))
        return 1;
    printf("ready\n");
    fflush(stdout);
    struct client *const end = clients + AZ_ARRAY_LENGTH(clients);
    for (;;) {
        bool any_done = az_poll();
        long fd;
        while ((fd = az_sys_accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0 || fd == 0) {
            struct client *free = clients;
            while (free < end && free->fd)
                free++;
            if (free == end) {
                machine_close((int)fd);
                continue;
            }
            *free = (struct client){.fd = (int)fd};
            any_done = true;
            break;
        }
        for (struct client *c = clients; c < end; c++) {
            if (!c->fd)
                continue;
            long got = az_sys_recvfrom(c->fd, c->request + c->length, sizeof(c->request) - 1 - c->length, MSG_DONTWAIT, NULL, NULL);
            if (got > 0) {
                c->length += (size_t)got;
                serve_http(c);
                any_done = true;
            } else if (got != -EAGAIN) {
                machine_close(c->fd);
                c->fd = 0;
                any_done = true;
            }
        }
        if (!any_done)
            tap_sleep(AZ_MS(1));
    }
}
