/*
 * Linux's own TCP as the guest: a network namespace whose only card is a TAP device with the guest's addresses. Frames
 * pass over stdin and stdout, each behind its length in two bytes; the arguments are a program that runs inside.
 * It ends when stdin does.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <net/route.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

static void check(int result, const char *what)
{
    if (result >= 0)
        return;
    perror(what);
    exit(1);
}

static struct sockaddr inet(const char *text)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    inet_pton(AF_INET, text, &address.sin_addr);
    struct sockaddr out;
    memcpy(&out, &address, sizeof out);
    return out;
}

static void bring_up(int control, const char *name)
{
    struct ifreq request = {0};
    strcpy(request.ifr_name, name);
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    check(ioctl(control, SIOCSIFFLAGS, &request), "SIOCSIFFLAGS");
}

static int open_tap(void)
{
    int tap = open("/dev/net/tun", O_RDWR);
    check(tap, "/dev/net/tun");
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
    strcpy(request.ifr_name, "tap0");
    check(ioctl(tap, TUNSETIFF, &request), "TUNSETIFF");

    int control = socket(AF_INET, SOCK_DGRAM, 0);
    request.ifr_hwaddr.sa_family = ARPHRD_ETHER;
    memcpy(request.ifr_hwaddr.sa_data, "\x52\x54\x00\x12\x34\x56", 6);
    check(ioctl(control, SIOCSIFHWADDR, &request), "SIOCSIFHWADDR");
    request.ifr_addr = inet("10.0.2.15");
    check(ioctl(control, SIOCSIFADDR, &request), "SIOCSIFADDR");
    request.ifr_netmask = inet("255.255.255.0");
    check(ioctl(control, SIOCSIFNETMASK, &request), "SIOCSIFNETMASK");
    bring_up(control, "tap0");
    bring_up(control, "lo");
    struct rtentry route = {.rt_flags = RTF_UP | RTF_GATEWAY};
    route.rt_dst = inet("0.0.0.0");
    route.rt_genmask = inet("0.0.0.0");
    route.rt_gateway = inet("10.0.2.2");
    check(ioctl(control, SIOCADDRT, &route), "SIOCADDRT");
    close(control);
    return tap;
}

static void read_whole(uint8_t *into, size_t count)
{
    while (count > 0) {
        ssize_t got = read(STDIN_FILENO, into, count);
        if (got <= 0)
            exit(0);
        into += got;
        count -= (size_t)got;
    }
}

static void write_whole(const uint8_t *from, size_t count)
{
    while (count > 0) {
        ssize_t put = write(STDOUT_FILENO, from, count);
        if (put <= 0)
            exit(0);
        from += put;
        count -= (size_t)put;
    }
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    check(unshare(CLONE_NEWUSER | CLONE_NEWNET), "unshare");
    int tap = open_tap();
    if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(STDERR_FILENO, STDOUT_FILENO);
        execvp(argv[1], argv + 1);
        _exit(1);
    }
    for (;;) {
        static uint8_t frame[2 + 2048];
        struct pollfd sources[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = tap, .events = POLLIN}};
        if (poll(sources, 2, -1) < 0 && errno != EINTR)
            return 1;
        if (sources[0].revents) {
            read_whole(frame, 2);
            size_t bytes = (size_t)frame[0] << 8 | frame[1];
            if (bytes > 2048)
                return 1;
            read_whole(frame, bytes);
            if (write(tap, frame, bytes) < 0 && errno != EIO)
                return 1;
        }
        if (sources[1].revents) {
            ssize_t bytes = read(tap, frame + 2, 2048);
            if (bytes <= 0)
                return 1;
            frame[0] = (uint8_t)(bytes >> 8);
            frame[1] = (uint8_t)bytes;
            write_whole(frame, 2 + (size_t)bytes);
        }
    }
}
