/*
 * For tests of transfers: `GET /bytes/N` answers N bytes, byte i being i * 167 + (i >> 8) * 13 + (i >> 16) modulo 256. A POST or
 * PUT is answered by "LENGTH HASH\n", the FNV-1a hash (64 bits, hexadecimal) of its body. Port 8080, or the argument.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct client {
    int fd;
    uint32_t watched;
    bool uploading;
    uint64_t upload_left, upload_length, hash;
    uint64_t send_at, send_end; /* of the bytes of /bytes/N */
    size_t in_length, out_at, out_length;
    char out[256];
    char in[8192];
};

static uint8_t byte_at(uint64_t i)
{
    return (uint8_t)(i * 167 + (i >> 8) * 13 + (i >> 16));
}

static void say(struct client *c, int length)
{
    c->out_length += (size_t)length;
}

static void hash_body(struct client *c, size_t length)
{
    for (size_t i = 0; i < length; i++)
        c->hash = (c->hash ^ (uint8_t)c->in[i]) * 0x100000001b3u;
    c->upload_left -= length;
    c->in_length -= length;
    memmove(c->in, c->in + length, c->in_length);
}

static void answer_upload(struct client *c)
{
    char body[64];
    int length = snprintf(body, sizeof(body), "%llu %016llx\n", (unsigned long long)c->upload_length,
                          (unsigned long long)c->hash);
    c->uploading = false;
    say(c, snprintf(c->out + c->out_length, sizeof(c->out) - c->out_length,
                    "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", length, body));
}

/* One request's head, NUL-terminated. */
static void begin(struct client *c, const char *head)
{
    const char *length = strcasestr(head, "\r\nContent-Length:");
    unsigned long long bytes = 0;
    size_t room = sizeof(c->out) - c->out_length;

    if (strncmp(head, "POST ", 5) == 0 || strncmp(head, "PUT ", 4) == 0) {
        c->uploading = true;
        c->hash = 0xcbf29ce484222325u;
        c->upload_length = c->upload_left = length ? strtoull(length + 17, NULL, 10) : 0;
        if (strcasestr(head, "\r\nExpect: 100-continue"))
            say(c, snprintf(c->out + c->out_length, room, "HTTP/1.1 100 Continue\r\n\r\n"));
    } else if (sscanf(head, "GET /bytes/%llu ", &bytes) == 1) {
        c->send_at = 0;
        c->send_end = bytes;
        say(c, snprintf(c->out + c->out_length, room,
                        "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: %llu\r\n\r\n", bytes));
    } else {
        say(c, snprintf(c->out + c->out_length, room, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"));
    }
}

/* Takes requests and bodies from what has been read, one answer at a time. False: not a request. */
static bool take(struct client *c)
{
    while (!c->out_length && c->send_at == c->send_end) {
        if (c->uploading) {
            hash_body(c, c->upload_left < c->in_length ? (size_t)c->upload_left : c->in_length);
            if (c->upload_left)
                return true;
            answer_upload(c);
            continue;
        }
        char *end = memmem(c->in, c->in_length, "\r\n\r\n", 4);
        if (!end)
            return c->in_length < sizeof(c->in);
        char head[sizeof(c->in)];
        size_t length = (size_t)(end + 4 - c->in);
        memcpy(head, c->in, length);
        head[length - 2] = 0;
        c->in_length -= length;
        memmove(c->in, c->in + length, c->in_length);
        begin(c, head);
    }
    return true;
}

/* Sends what there is. False: broken. */
static bool give(struct client *c)
{
    static char block[65536];
    for (;;) {
        bool head = c->out_at < c->out_length;
        size_t length = c->out_length - c->out_at;
        if (!head) {
            length = c->send_end - c->send_at < sizeof(block) ? (size_t)(c->send_end - c->send_at) : sizeof(block);
            for (size_t i = 0; i < length; i++)
                block[i] = (char)byte_at(c->send_at + i);
        }
        if (!length) {
            c->out_at = c->out_length = 0;
            return true;
        }
        ssize_t sent = send(c->fd, head ? c->out + c->out_at : block, length, MSG_NOSIGNAL);
        if (sent < 0)
            return errno == EAGAIN;
        if (head)
            c->out_at += (size_t)sent;
        else
            c->send_at += (uint64_t)sent;
    }
}

/* False: it is over. */
static bool serve(struct client *c, uint32_t events)
{
    if (events & EPOLLIN && c->in_length < sizeof(c->in)) {
        ssize_t got = recv(c->fd, c->in + c->in_length, sizeof(c->in) - c->in_length, 0);
        if (got == 0 || (got < 0 && errno != EAGAIN))
            return false;
        c->in_length += got > 0 ? (size_t)got : 0;
    }
    do {
        if (!take(c) || !give(c))
            return false;
    } while (!c->out_length && c->send_at == c->send_end && (c->uploading || memmem(c->in, c->in_length, "\r\n\r\n", 4)) &&
             c->in_length);
    return true;
}

int main(int argc, char **argv)
{
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons((uint16_t)(argc > 1 ? atoi(argv[1]) : 8080))};
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), poll = epoll_create1(0), on = 1;
    struct epoll_event events[32] = {{.events = EPOLLIN}};

    if (listener < 0 || poll < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
        bind(listener, (const struct sockaddr *)&any, sizeof(any)) < 0 || listen(listener, 128) < 0 ||
        epoll_ctl(poll, EPOLL_CTL_ADD, listener, &events[0]) < 0) {
        perror("bytes");
        return 1;
    }
    for (;;) {
        int count = epoll_wait(poll, events, 32, -1);
        for (int i = 0; i < count; i++) {
            struct client *c = events[i].data.ptr;
            if (!c) {
                int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
                c = fd < 0 ? NULL : calloc(1, sizeof(*c));
                if (!c)
                    continue;
                c->fd = fd;
                c->watched = EPOLLIN;
                epoll_ctl(poll, EPOLL_CTL_ADD, fd, &(struct epoll_event){.events = EPOLLIN, .data.ptr = c});
                continue;
            }
            if (!serve(c, events[i].events)) {
                close(c->fd);
                free(c);
                continue;
            }
            bool waiting = c->out_length || c->send_at < c->send_end;
            uint32_t wanted = waiting ? EPOLLOUT : EPOLLIN;
            if (wanted != c->watched)
                epoll_ctl(poll, EPOLL_CTL_MOD, c->fd, &(struct epoll_event){.events = wanted, .data.ptr = c});
            c->watched = wanted;
        }
    }
}
