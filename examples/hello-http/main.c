/*
 * A web server on epoll: one process, one thread, any number of connections. An ordinary POSIX program: `cc main.c && ./a.out`
 * runs it on Linux, `azbuild run` as an image of its own.
 *
 *     hello-http [PORT]
 *
 * Connections stay open (RFC 9112, 9.3) and requests may be pipelined. A connection's record is allocated when there are more
 * connections than ever before; a request allocates nothing.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define REQUEST_MAX 4096 /* bytes of a request's head */
#define OUT_MAX 4096     /* bytes of answers that wait to be sent */
#define ANSWER_MAX 512   /* bytes of the longest answer */
#define EVENTS_MAX 64

static const char page[] = "<!DOCTYPE html><html><p>Hello, World!</p></html>";
_Static_assert(sizeof(page) - 1 == 48, "the page has 48 bytes");

struct answer {
    const char *head; /* status and fields of its own */
    const char *body;
};

static const struct answer html = {"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n", page};
static const struct answer text = {"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n", "Hello, World!\n"};
static const struct answer not_found = {"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain; charset=utf-8\r\n",
                                        "Not found\n"};
static const struct answer bad_request = {"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n",
                                          "Bad request\n"};
static const struct answer bad_method = {
    "HTTP/1.1 405 Method Not Allowed\r\nAllow: GET, HEAD\r\nContent-Type: text/plain; charset=utf-8\r\n",
    "Method not allowed\n"};

struct connection {
    int fd;
    bool last;     /* the answer to the request at hand is the connection's last */
    bool draining; /* everything is said: only wait until the other side closes */
    bool at_end;   /* the other side has finished sending */
    uint32_t watched;
    unsigned long long skip; /* bytes of a body that nobody wants */
    size_t in_length, out_start, out_end;
    struct connection *next; /* free ones */
    char in[REQUEST_MAX];
    char out[OUT_MAX];
};

struct server {
    int epoll, listener;
    bool accepting; /* false: out of descriptors or memory until a connection closes */
    struct connection *free;
};

/* What a request asks for. */
struct request {
    bool head_only, keep_alive;
    unsigned long long body;
    const struct answer *answer;
};

static void watch(const struct server *server, struct connection *c, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = c};
    if (c->watched != events)
        epoll_ctl(server->epoll, EPOLL_CTL_MOD, c->fd, &event);
    c->watched = events;
}

static void watch_listener(struct server *server, bool on)
{
    struct epoll_event event = {.events = on ? EPOLLIN : 0, .data.ptr = NULL};
    if (server->accepting != on)
        epoll_ctl(server->epoll, EPOLL_CTL_MOD, server->listener, &event);
    server->accepting = on;
}

static void drop(struct server *server, struct connection *c)
{
    close(c->fd);
    c->next = server->free;
    server->free = c;
    watch_listener(server, true);
}

static void accept_all(struct server *server)
{
    for (;;) {
        int fd = accept4(server->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            if (errno == EINTR || errno == ECONNABORTED)
                continue;
            if (errno != EAGAIN)
                watch_listener(server, false);
            return;
        }
        struct connection *c = server->free;
        if (c)
            server->free = c->next;
        else
            c = malloc(sizeof(*c));
        if (!c) {
            close(fd);
            watch_listener(server, false);
            return;
        }
        memset(c, 0, offsetof(struct connection, in));
        c->fd = fd;
        c->watched = EPOLLIN;
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
        if (epoll_ctl(server->epoll, EPOLL_CTL_ADD, fd, &event) < 0)
            drop(server, c);
    }
}

/* -- Requests ------------------------------------------------------------------------------------------ */

/* The length of a request's head with its empty line; 0: not all of it is here. Empty lines before it count as its own. */
static size_t head_length(const char *in, size_t length)
{
    const char *at = in, *end = in + length, *newline;
    bool begun = false;
    for (; (newline = memchr(at, '\n', (size_t)(end - at))); at = newline + 1) {
        bool empty = newline == at || (newline == at + 1 && *at == '\r');
        if (empty && begun)
            return (size_t)(newline + 1 - in);
        begun |= !empty;
    }
    return 0;
}

static bool is(const char *word, size_t length, const char *other)
{
    return strlen(other) == length && memcmp(word, other, length) == 0;
}

static bool is_field(const char *line, size_t name_length, const char *name)
{
    return strlen(name) == name_length && strncasecmp(line, name, name_length) == 0;
}

/* True when the list of tokens in a field's value has `token`. */
static bool has_token(const char *value, size_t length, const char *token)
{
    size_t size = strlen(token);
    for (size_t i = 0; i + size <= length; i++) {
        if ((i == 0 || strchr(", \t", value[i - 1])) && strncasecmp(value + i, token, size) == 0 &&
            (i + size == length || strchr(", \t", value[i + size])))
            return true;
    }
    return false;
}

/* METHOD SP target SP HTTP/1.x */
static bool parse_request_line(const char *line, size_t length, struct request *out)
{
    const char *end = line + length;
    const char *target = memchr(line, ' ', length);
    if (!target || target == line)
        return false;
    const char *version = memchr(target + 1, ' ', (size_t)(end - target - 1));
    if (!version || target[1] != '/')
        return false;
    size_t method = (size_t)(target - line), path = (size_t)(version - target - 1);
    target++;
    version++;
    if (!is(version, (size_t)(end - version), "HTTP/1.1") && !is(version, (size_t)(end - version), "HTTP/1.0"))
        return false;
    out->keep_alive = version[7] == '1';
    out->head_only = is(line, method, "HEAD");
    const char *query = memchr(target, '?', path);
    if (query)
        path = (size_t)(query - target);
    if (!out->head_only && !is(line, method, "GET"))
        out->answer = &bad_method;
    else if (is(target, path, "/"))
        out->answer = &html;
    else if (is(target, path, "/hello.txt"))
        out->answer = &text;
    else
        out->answer = &not_found;
    return true;
}

/* name ":" value; the fields that matter here. */
static bool parse_field(const char *line, size_t length, struct request *out)
{
    const char *colon = memchr(line, ':', length), *value, *end = line + length;
    if (!colon || colon == line || colon[-1] == ' ' || colon[-1] == '\t')
        return false;
    for (value = colon + 1; value < end && (*value == ' ' || *value == '\t');)
        value++;
    while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    size_t name = (size_t)(colon - line), bytes = (size_t)(end - value);
    if (is_field(line, name, "Connection")) {
        if (has_token(value, bytes, "close"))
            out->keep_alive = false;
        else if (has_token(value, bytes, "keep-alive"))
            out->keep_alive = true;
    } else if (is_field(line, name, "Content-Length")) {
        if (bytes == 0 || bytes > 18)
            return false;
        out->body = 0;
        for (; value < end; value++) {
            if (*value < '0' || *value > '9')
                return false;
            out->body = out->body * 10 + (unsigned)(*value - '0');
        }
    } else if (is_field(line, name, "Transfer-Encoding")) {
        return false; /* nothing here takes a body of unknown length */
    }
    return true;
}

static bool parse(const char *head, size_t length, struct request *out)
{
    const char *end = head + length;
    bool first = true;
    *out = (struct request){0};
    while (head < end) {
        const char *line_end = memchr(head, '\n', (size_t)(end - head));
        size_t bytes = (size_t)(line_end - head);
        if (bytes && head[bytes - 1] == '\r')
            bytes--;
        if (memchr(head, 0, bytes))
            return false;
        if (bytes && !(first ? parse_request_line(head, bytes, out) : parse_field(head, bytes, out)))
            return false;
        first = first && !bytes;
        head = line_end + 1;
    }
    return out->answer != NULL;
}

/* -- Answers ------------------------------------------------------------------------------------------- */

static void append(struct connection *c, const char *what, size_t length)
{
    memcpy(c->out + c->out_end, what, length);
    c->out_end += length;
}

static void append_number(struct connection *c, size_t number)
{
    char digits[20];
    size_t at = sizeof(digits);
    do
        digits[--at] = (char)('0' + number % 10);
    while (number /= 10);
    append(c, digits + at, sizeof(digits) - at);
}

static void answer(struct connection *c, const struct answer *what, bool head_only)
{
    static const char length[] = "Content-Length: ", last[] = "\r\nConnection: close\r\n\r\n", more[] = "\r\n\r\n";
    size_t body = strlen(what->body);
    append(c, what->head, strlen(what->head));
    append(c, length, sizeof(length) - 1);
    append_number(c, body);
    if (c->last)
        append(c, last, sizeof(last) - 1);
    else
        append(c, more, sizeof(more) - 1);
    if (!head_only)
        append(c, what->body, body);
}

/* Answers the requests that are here whole, as far as there is room for answers. */
static void handle_requests(struct connection *c)
{
    size_t used = 0;
    while (!c->last && c->out_end + ANSWER_MAX <= OUT_MAX) {
        size_t part = c->in_length - used;
        if (c->skip) {
            part = c->skip < part ? (size_t)c->skip : part;
            c->skip -= part;
            used += part;
            if (c->skip)
                break;
            continue;
        }
        size_t head = head_length(c->in + used, part);
        struct request request;
        if (!head && part < REQUEST_MAX)
            break;
        if (!head || !parse(c->in + used, head, &request)) {
            c->last = true;
            answer(c, &bad_request, false);
            break;
        }
        used += head;
        c->skip = request.body;
        c->last = !request.keep_alive;
        answer(c, request.answer, request.head_only);
    }
    if (c->last)
        used = c->in_length;
    memmove(c->in, c->in + used, c->in_length - used);
    c->in_length -= used;
}

/* Sends what waits. False: the connection is broken. */
static bool send_out(struct connection *c)
{
    while (c->out_start < c->out_end) {
        ssize_t sent = send(c->fd, c->out + c->out_start, c->out_end - c->out_start, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return errno == EAGAIN;
        c->out_start += (size_t)sent;
    }
    c->out_start = c->out_end = 0;
    return true;
}

/* Reads once. False: the connection is broken. */
static bool receive_in(struct connection *c)
{
    ssize_t got = recv(c->fd, c->in + c->in_length, REQUEST_MAX - c->in_length, 0);
    if (got < 0)
        return errno == EAGAIN || errno == EINTR;
    if (got == 0)
        c->at_end = true;
    else if (!c->draining)
        c->in_length += (size_t)got;
    return true;
}

static void serve(struct server *server, struct connection *c, uint32_t events)
{
    if (events & (EPOLLERR | EPOLLHUP)) {
        drop(server, c);
        return;
    }
    if (events & EPOLLIN && c->in_length < REQUEST_MAX && !receive_in(c)) {
        drop(server, c);
        return;
    }
    size_t before;
    do {
        before = c->in_length;
        if (!c->draining)
            handle_requests(c);
        if (!send_out(c)) {
            drop(server, c);
            return;
        }
    } while (c->in_length && c->in_length < before && !c->out_end); /* sent: room for more answers */
    if (c->out_end) {
        watch(server, c, c->in_length < REQUEST_MAX && !c->at_end && !c->last ? EPOLLIN | EPOLLOUT : EPOLLOUT);
        return;
    }
    if (c->at_end) {
        drop(server, c);
        return;
    }
    if (c->last && !c->draining) {
        /* The other side may still be sending: closing now could reset the connection before it has read the answer. */
        c->draining = true;
        shutdown(c->fd, SHUT_WR);
    }
    watch(server, c, EPOLLIN);
}

static int listen_on(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;

    address.sin_addr.s_addr = htonl(INADDR_ANY);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0 || /* accepted sockets inherit it */
        bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, SOMAXCONN) < 0)
        return -1;
    return fd;
}

int main(int argc, char **argv)
{
    struct server server = {.accepting = true};
    struct epoll_event events[EVENTS_MAX] = {{.events = EPOLLIN}};

    server.listener = listen_on(argc > 1 ? atoi(argv[1]) : 8080);
    server.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (server.listener < 0 || server.epoll < 0 ||
        epoll_ctl(server.epoll, EPOLL_CTL_ADD, server.listener, &events[0]) < 0) {
        perror("hello-http");
        return 1;
    }
    for (;;) {
        int count = epoll_wait(server.epoll, events, EVENTS_MAX, -1);
        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr)
                serve(&server, events[i].data.ptr, events[i].events);
            else
                accept_all(&server);
        }
    }
}
