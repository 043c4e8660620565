/*
 * An HTTP client that measures a server: plain sockets, one thread, epoll.
 *
 *     load ADDRESS PORT [--rate PER_SECOND] [--connections N] [--duration-ms MS] [--timeout-ms MS] [--path PATH] [--new]
 *
 * With a rate the loop is open: request i is due at begin + i / rate whatever the server does, waits for a free
 * connection if there is none, and its latency counts from when it was due. A server that stalls for a second so shows a
 * second in every request that should have been sent meanwhile, where a client that counts from when it sent would show
 * it in as many requests as it has connections ("coordinated omission"). That other figure is given too, as `service`.
 * Without a rate the loop is closed: every connection sends its next request when it has the answer to the last.
 *
 * --new opens a connection for each request. Each answer is checked whole: its status, its length, and its bytes, which
 * must be those of the first one, got before the clock starts.
 *
 * Prints one JSON document; times are in ns. Histograms are lists of [highest value of the bucket, count], the buckets
 * those of HdrHistogram with three significant digits.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S 1000000000ULL
#define NS_PER_MS 1000000ULL
#define HEAD_MAX 8192
#define EVENTS_MAX 256
#define CONNECTIONS_MAX 10000
#define NEVER UINT64_MAX

/* -- Histogram ----------------------------------------------------------------------------------------- */

/* Values below 2^FINE_BITS have a bucket each; above, each doubling has 2^(FINE_BITS - 1) of them. */
#define FINE_BITS 11
#define FINE (1U << FINE_BITS)
#define HALF (FINE / 2)
#define BUCKETS (FINE + (64 - FINE_BITS) * HALF)

struct histogram {
    uint64_t count, sum, min, max;
    uint64_t buckets[BUCKETS];
};

static unsigned bucket_of(uint64_t value)
{
    if (value < FINE)
        return (unsigned)value;
    unsigned shift = 63 - (unsigned)__builtin_clzll(value) - (FINE_BITS - 1);
    return FINE + (shift - 1) * HALF + ((unsigned)(value >> shift) - HALF);
}

static uint64_t highest_of(unsigned bucket)
{
    if (bucket < FINE)
        return bucket;
    unsigned shift = (bucket - FINE) / HALF + 1;
    uint64_t top = (bucket - FINE) % HALF + HALF;
    return ((top + 1) << shift) - 1;
}

static void note(struct histogram *h, uint64_t value)
{
    if (h->count == 0 || value < h->min)
        h->min = value;
    if (value > h->max)
        h->max = value;
    h->count++;
    h->sum += value;
    h->buckets[bucket_of(value)]++;
}

static void print_histogram(const char *name, const struct histogram *h)
{
    const char *comma = "";
    printf("  \"%s\": {\"count\": %" PRIu64 ", \"sumNs\": %" PRIu64 ", \"minNs\": %" PRIu64 ", \"maxNs\": %" PRIu64
           ", \"buckets\": [",
           name, h->count, h->sum, h->min, h->max);
    for (unsigned i = 0; i < BUCKETS; i++) {
        if (h->buckets[i] == 0)
            continue;
        printf("%s[%" PRIu64 ",%" PRIu64 "]", comma, highest_of(i), h->buckets[i]);
        comma = ",";
    }
    printf("]}");
}

/* -- State --------------------------------------------------------------------------------------------- */

enum failure { REFUSED, RESET, CLOSED_EARLY, BAD_ANSWER, WRONG_BODY, TIMED_OUT, NOT_SENT, FAILURES };

static const char *const failure_names[FAILURES] = {
    [REFUSED] = "connection refused",
    [RESET] = "connection reset",
    [CLOSED_EARLY] = "connection closed before the answer was whole",
    [BAD_ANSWER] = "the answer is no HTTP",
    [WRONG_BODY] = "the answer differs from the first",
    [TIMED_OUT] = "timeout",
    [NOT_SENT] = "not sent: no connection was free before the end",
};

enum state { CLOSED, OPENING, IDLE, SENDING, READING };

struct connection {
    int fd;
    enum state state;
    bool busy;          /* carries a request: due and started are its own */
    uint64_t due, started;
    size_t sent;
    bool in_body;
    bool last;          /* the server will close */
    int status;
    uint64_t body_left; /* UINT64_MAX: up to the end of the stream */
    uint64_t hash, body_bytes;
    size_t head_bytes;
    char head[HEAD_MAX];
    struct connection *next_free;
};

struct run {
    struct sockaddr_in server;
    double rate;
    unsigned connections;
    uint64_t duration, timeout;
    bool new_each;
    char request[1024];
    size_t request_bytes;
    uint64_t begin, last_start, last_answer;
    uint64_t total, started, finished; /* requests */
    uint64_t bytes_in, bytes_out;
    uint64_t codes[600], failures[FAILURES];
    uint64_t body_hash, body_bytes;
    bool have_body;
    int epoll, timer;
    uint64_t armed; /* what the timer is set to */
    struct connection *slots, *free;
};

static struct run run;
static struct histogram latency, service;

static uint64_t now_ns(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (uint64_t)at.tv_sec * NS_PER_S + (uint64_t)at.tv_nsec;
}

static void fail(const char *what)
{
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* -- Requests ------------------------------------------------------------------------------------------ */

static void set_free(struct connection *c)
{
    c->busy = false;
    c->next_free = run.free;
    run.free = c;
}

static void hang_up(struct connection *c)
{
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
    c->state = CLOSED;
}

/* The request of `c` is over, well or not. */
static void finish(struct connection *c, uint64_t at)
{
    run.finished++;
    note(&latency, at - c->due);
    note(&service, at - c->started);
    if (at > run.last_answer)
        run.last_answer = at;
    set_free(c);
}

static void give_up(struct connection *c, enum failure why)
{
    hang_up(c);
    if (!c->busy) {
        return;
    }
    run.failures[why]++;
    finish(c, now_ns());
}

/* A broken answer breaks the connection: whatever comes next on it cannot be told from the rest. */
static void answered(struct connection *c)
{
    uint64_t at = now_ns();
    if (!run.have_body) {
        run.have_body = true;
        run.body_hash = c->hash;
        run.body_bytes = c->body_bytes;
    }
    bool right = c->hash == run.body_hash && c->body_bytes == run.body_bytes;
    if (right)
        run.codes[c->status]++;
    else
        run.failures[WRONG_BODY]++;
    if (c->last || run.new_each || !right)
        hang_up(c);
    else
        c->state = IDLE;
    finish(c, at);
}

static void watch(struct connection *c, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = c};
    if (epoll_ctl(run.epoll, EPOLL_CTL_MOD, c->fd, &event) < 0)
        fail("epoll_ctl");
}

static void send_request(struct connection *c)
{
    while (c->sent < run.request_bytes) {
        ssize_t n = send(c->fd, run.request + c->sent, run.request_bytes - c->sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN) {
            if (c->state != SENDING)
                watch(c, EPOLLIN | EPOLLOUT);
            c->state = SENDING;
            return;
        }
        if (n < 0) {
            give_up(c, RESET);
            return;
        }
        c->sent += (size_t)n;
        run.bytes_out += (uint64_t)n;
    }
    if (c->state != IDLE)
        watch(c, EPOLLIN);
    c->state = READING;
}

/* Begins to connect; what follows is driven by events. */
static void dial(struct connection *c)
{
    struct epoll_event event = {.events = EPOLLOUT, .data.ptr = c};
    int on = 1;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0)
        fail("socket");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (connect(c->fd, (const struct sockaddr *)&run.server, sizeof(run.server)) < 0 && errno != EINPROGRESS) {
        give_up(c, REFUSED);
        return;
    }
    if (epoll_ctl(run.epoll, EPOLL_CTL_ADD, c->fd, &event) < 0)
        fail("epoll_ctl");
    c->state = OPENING;
}

static void start(struct connection *c, uint64_t due, uint64_t at)
{
    c->busy = true;
    c->due = due;
    c->started = at;
    c->sent = c->head_bytes = 0;
    c->in_body = c->last = false;
    c->status = 0;
    run.started++;
    run.last_start = at;
    if (c->state == IDLE)
        send_request(c);
    else
        dial(c);
}

/* -- Answers ------------------------------------------------------------------------------------------- */

/* FNV-1a, 64 bits. */
#define HASH_START 0xcbf29ce484222325ULL

static uint64_t hash_bytes(uint64_t hash, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001b3ULL;
    return hash;
}

static bool parse_head(struct connection *c, size_t length)
{
    char *line = c->head, *end = c->head + length;
    if (length < 14 || memcmp(line, "HTTP/1.", 7) != 0 || line[8] != ' ')
        return false;
    c->status = atoi(line + 9);
    if (c->status < 100 || c->status > 599)
        return false;
    c->body_left = NEVER;
    while ((line = memchr(line, '\n', (size_t)(end - line))) && ++line < end) {
        if (strncasecmp(line, "Content-Length:", 15) == 0)
            c->body_left = strtoull(line + 15, NULL, 10);
        else if (strncasecmp(line, "Connection: close", 17) == 0)
            c->last = true;
        else if (strncasecmp(line, "Transfer-Encoding:", 18) == 0)
            return false; /* the servers that are measured send none */
    }
    if (c->body_left == NEVER)
        c->last = true;
    c->hash = HASH_START;
    c->body_bytes = 0;
    c->in_body = true;
    return true;
}

/* Takes bytes of a body; false: the answer has more bytes than it said. */
static bool take_body(struct connection *c, const char *bytes, size_t count)
{
    if (c->body_left != NEVER && count > c->body_left)
        return false;
    c->hash = hash_bytes(c->hash, bytes, count);
    c->body_bytes += count;
    if (c->body_left != NEVER)
        c->body_left -= count;
    return true;
}

/* Bytes that have come; true: the answer is whole. A broken one gives the request up. */
static bool take(struct connection *c, const char *bytes, size_t count)
{
    if (!c->in_body) {
        size_t room = sizeof(c->head) - c->head_bytes, part = count < room ? count : room;
        size_t from = c->head_bytes < 3 ? 0 : c->head_bytes - 3;
        memcpy(c->head + c->head_bytes, bytes, part);
        c->head_bytes += part;
        char *end = memmem(c->head + from, c->head_bytes - from, "\r\n\r\n", 4);
        if (!end) {
            if (part == room)
                give_up(c, BAD_ANSWER);
            return false;
        }
        size_t head = (size_t)(end - c->head) + 4;
        size_t used = part - (c->head_bytes - head);
        if (!parse_head(c, head)) {
            give_up(c, BAD_ANSWER);
            return false;
        }
        bytes += used;
        count -= used;
    }
    if (!take_body(c, bytes, count)) {
        give_up(c, BAD_ANSWER);
        return false;
    }
    return c->body_left == 0;
}

static void receive(struct connection *c)
{
    char bytes[16384];
    for (;;) {
        ssize_t n = recv(c->fd, bytes, sizeof(bytes), 0);
        if (n < 0 && errno == EAGAIN)
            return;
        if (n < 0) {
            give_up(c, errno == ECONNREFUSED ? REFUSED : RESET);
            return;
        }
        if (n == 0) {
            if (c->busy && c->in_body && c->body_left == NEVER)
                answered(c);
            else
                give_up(c, CLOSED_EARLY);
            return;
        }
        run.bytes_in += (uint64_t)n;
        if (!c->busy) { /* nobody asked */
            hang_up(c);
            return;
        }
        if (take(c, bytes, (size_t)n)) {
            answered(c);
            return;
        }
        if (c->state != READING)
            return;
        if ((size_t)n < sizeof(bytes))
            return; /* level-triggered: more will be told */
    }
}

static void on_event(struct connection *c, uint32_t events)
{
    if (c->state == OPENING) {
        int error = 0;
        socklen_t size = sizeof(error);
        getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error || (events & (EPOLLERR | EPOLLHUP))) {
            give_up(c, REFUSED);
            return;
        }
        send_request(c);
        return;
    }
    if (c->state == SENDING && (events & EPOLLOUT))
        send_request(c);
    if (c->fd >= 0 && (events & (EPOLLIN | EPOLLERR | EPOLLHUP)))
        receive(c);
}

/* -- The schedule -------------------------------------------------------------------------------------- */

static bool is_open_loop(void)
{
    return run.rate > 0;
}

static uint64_t due_at(uint64_t index)
{
    return run.begin + (uint64_t)((double)index * (double)NS_PER_S / run.rate);
}

/* Starts what is due and has a connection; returns when the next is due, or NEVER. */
static uint64_t start_due(void)
{
    for (;;) {
        uint64_t at = now_ns();
        if (is_open_loop()) {
            if (run.started >= run.total || !run.free)
                return NEVER;
            uint64_t due = due_at(run.started);
            if (due > at)
                return due;
            struct connection *c = run.free;
            run.free = c->next_free;
            start(c, due, at);
        } else {
            if (at >= run.begin + run.duration || !run.free)
                return NEVER;
            struct connection *c = run.free;
            run.free = c->next_free;
            start(c, at, at);
        }
    }
}

static void give_up_the_old(uint64_t at)
{
    for (unsigned i = 0; i < run.connections; i++) {
        struct connection *c = &run.slots[i];
        if (c->busy && at - c->started >= run.timeout)
            give_up(c, TIMED_OUT);
    }
}

static bool is_over(uint64_t at)
{
    bool all_started = is_open_loop() ? run.started >= run.total : at >= run.begin + run.duration;
    return all_started && run.started == run.finished;
}

static void wait_for_events(uint64_t until)
{
    struct epoll_event events[EVENTS_MAX];
    if (until != run.armed) {
        struct itimerspec when = {0};
        if (until != NEVER)
            when.it_value = (struct timespec){(time_t)(until / NS_PER_S), (long)(until % NS_PER_S)};
        timerfd_settime(run.timer, TFD_TIMER_ABSTIME, &when, NULL);
        run.armed = until;
    }
    int count = epoll_wait(run.epoll, events, EVENTS_MAX, 100);
    if (count < 0 && errno != EINTR)
        fail("epoll_wait");
    for (int i = 0; i < count; i++) {
        if (events[i].data.ptr) {
            on_event(events[i].data.ptr, events[i].events);
        } else {
            uint64_t expirations;
            run.armed = NEVER;
            if (read(run.timer, &expirations, sizeof(expirations)) < 0 && errno != EAGAIN)
                fail("timerfd");
        }
    }
}

/* What should have been sent and was not waited from when it was due until now, and failed. */
static void give_up_the_rest(uint64_t at)
{
    for (unsigned i = 0; i < run.connections; i++) {
        if (run.slots[i].busy)
            give_up(&run.slots[i], TIMED_OUT);
    }
    for (; is_open_loop() && run.started < run.total; run.started++, run.finished++) {
        uint64_t due = due_at(run.started);
        run.failures[NOT_SENT]++;
        note(&latency, at > due ? at - due : 0);
    }
}

/* One request on its own, before the clock: the answer that all others must equal, and the connection stays. */
static void get_first(void)
{
    struct connection *c = run.free;
    uint64_t begin = now_ns();
    run.free = c->next_free;
    start(c, begin, begin);
    while (c->busy && now_ns() - begin < run.timeout)
        wait_for_events(begin + run.timeout);
    if (!run.have_body) {
        for (unsigned i = 0; i < FAILURES; i++) {
            if (run.failures[i])
                fprintf(stderr, "load: the first request failed: %s\n", failure_names[i]);
        }
        if (c->busy)
            fprintf(stderr, "load: the first request was not answered\n");
        exit(1);
    }
}

/* Connects all of them, so that the schedule begins with open connections. */
static void connect_all(void)
{
    for (unsigned i = 0; i < run.connections; i++) {
        struct connection *c = &run.slots[i];
        if (c->fd >= 0)
            continue;
        int on = 1;
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
        c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (c->fd < 0 || connect(c->fd, (const struct sockaddr *)&run.server, sizeof(run.server)) < 0)
            fail("connect");
        setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        fcntl(c->fd, F_SETFL, O_NONBLOCK);
        epoll_ctl(run.epoll, EPOLL_CTL_ADD, c->fd, &event);
        c->state = IDLE;
    }
}

static void attack(void)
{
    run.begin = now_ns();
    run.total = (uint64_t)(run.rate * (double)run.duration / (double)NS_PER_S + 0.5);
    uint64_t end = run.begin + run.duration + run.timeout, swept = run.begin;
    for (;;) {
        uint64_t next = start_due(), at = now_ns();
        if (is_over(at))
            return;
        if (at >= end) {
            give_up_the_rest(at);
            return;
        }
        if (at - swept > 100 * NS_PER_MS) {
            give_up_the_old(at);
            swept = at;
            continue;
        }
        wait_for_events(next);
    }
}

/* -- Command line and result ---------------------------------------------------------------------------- */

static void print_result(void)
{
    const char *comma = "";
    uint64_t attack_ns = run.last_start > run.begin ? run.last_start - run.begin : 0;
    uint64_t wait_ns = run.last_answer > run.last_start ? run.last_answer - run.last_start : 0;
    printf("{\n  \"requests\": %" PRIu64 ",\n  \"attackNs\": %" PRIu64 ",\n  \"waitNs\": %" PRIu64 ",\n", run.started,
           attack_ns, wait_ns);
    printf("  \"bytesIn\": %" PRIu64 ",\n  \"bytesOut\": %" PRIu64 ",\n", run.bytes_in, run.bytes_out);
    printf("  \"bodyBytes\": %" PRIu64 ",\n  \"bodyHash\": \"%016" PRIx64 "\",\n  \"statusCodes\": {", run.body_bytes,
           run.body_hash);
    for (unsigned i = 0; i < 600; i++) {
        if (run.codes[i]) {
            printf("%s\"%u\": %" PRIu64, comma, i, run.codes[i]);
            comma = ", ";
        }
    }
    printf("},\n  \"errors\": {");
    comma = "";
    for (unsigned i = 0; i < FAILURES; i++) {
        if (run.failures[i]) {
            printf("%s\"%s\": %" PRIu64, comma, failure_names[i], run.failures[i]);
            comma = ", ";
        }
    }
    printf("},\n");
    print_histogram("latency", &latency);
    printf(",\n");
    print_histogram("service", &service);
    printf("\n}\n");
}

static void usage(void)
{
    fprintf(stderr, "usage: load ADDRESS PORT [--rate PER_SECOND] [--connections N] [--duration-ms MS] [--timeout-ms MS] "
                    "[--path PATH] [--new]\n");
    exit(2);
}

static void parse_arguments(int argc, char **argv)
{
    const char *path = "/";
    if (argc < 3)
        usage();
    run.server = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[2]))};
    if (inet_pton(AF_INET, argv[1], &run.server.sin_addr) != 1)
        usage();
    run.connections = 1;
    run.duration = NS_PER_S;
    run.timeout = 30 * NS_PER_S;
    for (int i = 3; i < argc; i++) {
        if (strcmp(argv[i], "--new") == 0) {
            run.new_each = true;
            continue;
        }
        if (i + 1 == argc)
            usage();
        const char *name = argv[i], *value = argv[++i];
        if (strcmp(name, "--rate") == 0)
            run.rate = atof(value);
        else if (strcmp(name, "--connections") == 0)
            run.connections = (unsigned)atoi(value);
        else if (strcmp(name, "--duration-ms") == 0)
            run.duration = strtoull(value, NULL, 10) * NS_PER_MS;
        else if (strcmp(name, "--timeout-ms") == 0)
            run.timeout = strtoull(value, NULL, 10) * NS_PER_MS;
        else if (strcmp(name, "--path") == 0)
            path = value;
        else
            usage();
    }
    if (run.connections < 1 || run.connections > CONNECTIONS_MAX || run.duration == 0)
        usage();
    int length = snprintf(run.request, sizeof(run.request), "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n", path, argv[1],
                          run.new_each ? "Connection: close\r\n" : "");
    if (length < 0 || (size_t)length >= sizeof(run.request))
        usage();
    run.request_bytes = (size_t)length;
}

int main(int argc, char **argv)
{
    parse_arguments(argc, argv);
    run.armed = NEVER;
    run.epoll = epoll_create1(EPOLL_CLOEXEC);
    run.timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    run.slots = calloc(run.connections, sizeof(*run.slots));
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    if (run.epoll < 0 || run.timer < 0 || !run.slots || epoll_ctl(run.epoll, EPOLL_CTL_ADD, run.timer, &event) < 0)
        fail("start");
    for (unsigned i = run.connections; i-- > 0;) {
        run.slots[i].fd = -1;
        set_free(&run.slots[i]);
    }
    get_first();
    if (!run.new_each)
        connect_all();
    run.started = run.finished = run.bytes_in = run.bytes_out = 0;
    memset(run.codes, 0, sizeof(run.codes));
    memset(&latency, 0, sizeof(latency));
    memset(&service, 0, sizeof(service));
    attack();
    print_result();
    return 0;
}
