/*
 * What a program asks of a system most, one thing at a time, in the manner of lmbench: the mean of many calls in a row.
 * Everything happens in one process, so that a round trip through a pipe or a connection has no switch in it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "clock.h"

#define ROUNDS 1000
#define WARM_UP 10
#define WATCHED 10 /* descriptors that poll, select and epoll look at */
#define PAGE 4096
#define PAGES (ROUNDS + WARM_UP)
#define LARGE (256 * 1024)

static int zero, null, pipe_ends[2], event, udp[2], tcp[2], watched[WATCHED], watcher;
static struct sockaddr_in udp_address;
static struct pollfd polled[WATCHED];
static char small[16], *pages, *next_page;
static char source[64 * 1024], target[64 * 1024];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static volatile sig_atomic_t signals;

static void check(bool ok, const char *what)
{
    if (ok)
        return;
    perror(what);
    exit(1);
}

static void on_signal(int number)
{
    (void)number;
    signals++;
}

/* -- The primitives; each is true when it did what it should ---------------------------------------------- */

static bool read_zero(void)
{
    return read(zero, small, 1) == 1;
}

static bool write_null(void)
{
    return write(null, small, 1) == 1;
}

static bool stat_path(void)
{
    struct stat info;
    return stat("/dev/null", &info) == 0;
}

static bool fstat_fd(void)
{
    struct stat info;
    return fstat(null, &info) == 0;
}

static bool open_close(void)
{
    int fd = open("/dev/null", O_RDWR);
    return fd >= 0 && close(fd) == 0;
}

static bool dup_close(void)
{
    int fd = dup(null);
    return fd >= 0 && close(fd) == 0;
}

static bool pipe_round(void)
{
    return write(pipe_ends[1], small, 1) == 1 && read(pipe_ends[0], small, 1) == 1;
}

static bool eventfd_round(void)
{
    uint64_t one = 1;
    return write(event, &one, sizeof(one)) == sizeof(one) && read(event, &one, sizeof(one)) == sizeof(one);
}

static bool poll_ten(void)
{
    return poll(polled, WATCHED, 0) == WATCHED;
}

static bool select_ten(void)
{
    struct timeval none = {0};
    int highest = 0;
    fd_set set;
    FD_ZERO(&set);
    for (int i = 0; i < WATCHED; i++) {
        FD_SET(watched[i], &set);
        highest = watched[i] > highest ? watched[i] : highest;
    }
    return select(highest + 1, &set, NULL, NULL, &none) == WATCHED;
}

static bool epoll_ten(void)
{
    struct epoll_event events[WATCHED];
    return epoll_wait(watcher, events, WATCHED, 0) == WATCHED;
}

static bool map_unmap(void)
{
    void *area = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return area != MAP_FAILED && munmap(area, 16 * PAGE) == 0;
}

static bool page_fault(void)
{
    *(volatile char *)next_page = 1;
    next_page += PAGE;
    return true;
}

static bool malloc_small(void)
{
    void *volatile block = malloc(64);
    free(block);
    return block;
}

static bool malloc_large(void)
{
    void *volatile block = malloc(LARGE);
    free(block);
    return block;
}

static bool mutex_round(void)
{
    return pthread_mutex_lock(&mutex) == 0 && pthread_mutex_unlock(&mutex) == 0;
}

/* Called through a pointer, so that no compiler makes it its own. */
static void *(*volatile copy)(void *, const void *, size_t) = memcpy;

static bool copy_4k(void)
{
    copy(target, source, 4096);
    return true;
}

static bool copy_64k(void)
{
    copy(target, source, sizeof(target));
    return true;
}

static bool clock_read(void)
{
    struct timespec at;
    return clock_gettime(CLOCK_MONOTONIC, &at) == 0;
}

static bool signal_install(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    return sigaction(SIGUSR1, &action, NULL) == 0;
}

static bool signal_deliver(void)
{
    sig_atomic_t before = signals;
    return raise(SIGUSR1) == 0 && signals == before + 1;
}

static bool jump(void)
{
    jmp_buf back;
    if (setjmp(back))
        return true;
    longjmp(back, 1);
}

static bool yield(void)
{
    struct timespec none = {0};
    return nanosleep(&none, NULL) == 0;
}

static bool udp_round(void)
{
    return sendto(udp[0], small, 1, 0, (const struct sockaddr *)&udp_address, sizeof(udp_address)) == 1 &&
           recv(udp[1], small, 1, 0) == 1;
}

static bool tcp_round(void)
{
    return send(tcp[0], small, 1, 0) == 1 && recv(tcp[1], small, 1, 0) == 1 && send(tcp[1], small, 1, 0) == 1 &&
           recv(tcp[0], small, 1, 0) == 1;
}

static bool socket_close(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    return fd >= 0 && close(fd) == 0;
}

/* -- What they work on ------------------------------------------------------------------------------------- */

static struct sockaddr_in bind_loopback(int fd)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    check(bind(fd, (const struct sockaddr *)&address, size) == 0, "bind");
    check(getsockname(fd, (struct sockaddr *)&address, &size) == 0, "getsockname");
    return address;
}

static void open_sockets(void)
{
    int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = bind_loopback(listener);
    check(listen(listener, 1) == 0, "listen");
    tcp[0] = socket(AF_INET, SOCK_STREAM, 0);
    check(connect(tcp[0], (const struct sockaddr *)&address, sizeof(address)) == 0, "connect");
    tcp[1] = accept(listener, NULL, NULL);
    check(tcp[1] >= 0 && close(listener) == 0, "accept");
    for (int i = 0; i < 2; i++)
        check(setsockopt(tcp[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == 0, "TCP_NODELAY");
    udp[0] = socket(AF_INET, SOCK_DGRAM, 0);
    udp[1] = socket(AF_INET, SOCK_DGRAM, 0);
    udp_address = bind_loopback(udp[1]);
}

static void open_all(void)
{
    zero = open("/dev/zero", O_RDONLY);
    null = open("/dev/null", O_RDWR);
    event = eventfd(0, 0);
    watcher = epoll_create1(0);
    check(zero >= 0 && null >= 0 && event >= 0 && watcher >= 0 && pipe(pipe_ends) == 0, "open");
    for (int i = 0; i < WATCHED; i++) {
        watched[i] = eventfd(1, 0); /* always ready to be read */
        polled[i] = (struct pollfd){.fd = watched[i], .events = POLLIN};
        struct epoll_event events = {.events = EPOLLIN};
        check(watched[i] >= 0 && epoll_ctl(watcher, EPOLL_CTL_ADD, watched[i], &events) == 0, "eventfd");
    }
    next_page = pages = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    check(pages != MAP_FAILED, "mmap");
    madvise(pages, PAGES * PAGE, MADV_NOHUGEPAGE); /* a page at a time, where there are larger ones */
    memset(source, 1, sizeof(source));
    memset(target, 1, sizeof(target));
    check(signal_install(), "sigaction");
    open_sockets();
}

static void measure(const char *name, bool (*primitive)(void))
{
    bool ok = true;
    for (int i = 0; i < WARM_UP; i++)
        ok &= primitive();
    unsigned long long begin = ticks();
    for (int i = 0; i < ROUNDS; i++)
        ok &= primitive();
    unsigned long long took = ticks() - begin;
    check(ok, name);
    report(name, took, ROUNDS);
}

int main(int argc, char **argv)
{
    choose_clock(argc, argv);
    open_all();
    measure("readZero", read_zero);
    measure("writeNull", write_null);
    measure("stat", stat_path);
    measure("fstat", fstat_fd);
    measure("openClose", open_close);
    measure("dupClose", dup_close);
    measure("pipe", pipe_round);
    measure("eventfd", eventfd_round);
    measure("poll10", poll_ten);
    measure("select10", select_ten);
    measure("epollWait10", epoll_ten);
    measure("mmapMunmap", map_unmap);
    measure("pageFault", page_fault);
    measure("mallocFree64", malloc_small);
    measure("mallocFree256K", malloc_large);
    measure("mutex", mutex_round);
    measure("memcpy4K", copy_4k);
    measure("memcpy64K", copy_64k);
    measure("clockGettime", clock_read);
    measure("nanosleep0", yield);
    measure("signalInstall", signal_install);
    measure("signalDeliver", signal_deliver);
    measure("setjmpLongjmp", jump);
    measure("udpLoopback", udp_round);
    measure("tcpLoopback", tcp_round);
    measure("socketClose", socket_close);
    return 0;
}
