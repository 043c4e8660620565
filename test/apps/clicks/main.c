/*
 * A web server whose page has things to click: what a browser's frame must carry to the guest and back. One connection at a
 * time, each request answered and the connection closed, so that its end is what ends some of the bodies.
 */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

static const char page[] =
    "<!DOCTYPE html><html><head><title>Clicks</title><link rel=stylesheet href=/style.css></head><body>"
    "<h1>Clicks</h1><p id=count>0</p>"
    "<button id=click>Click</button> <a id=text href=/hello.txt>text</a> <a id=moved href=/moved>moved</a>"
    " <button id=script>script</button> <a id=torn href=/torn>torn</a> <a id=big href=/big>big</a>"
    "<form method=post action=/form><input name=word value=azbuild><button id=send>Send</button></form>"
    "<script src=/script.js></script></body></html>";

static const char script[] =
    "document.getElementById('click').onclick = async () => {\n"
    "  const answer = await fetch('/click', { method: 'POST', body: 'one' })\n"
    "  document.getElementById('count').textContent = await answer.text()\n"
    "}\n"
    "document.getElementById('script').onclick = () => { location.href = '/hello.txt?by=script' }\n";

static const char style[] = "h1 { color: rgb(1, 2, 3) }";

static char request[16384];
static int clicks;

static void send_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes += sent;
        length -= (size_t)sent;
    }
}

static void answer(int fd, const char *status, const char *type, const char *body)
{
    char head[512];
    int length = snprintf(head, sizeof(head),
                          "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\nX-Frame-Options: DENY\r\n"
                          "Connection: close\r\n\r\n",
                          status, type, strlen(body));
    send_all(fd, head, (size_t)length);
    send_all(fd, body, strlen(body));
}

/* Two MiB in chunks, more than any buffer on the way holds. */
static void answer_big(int fd)
{
    static char chunk[8 + 65536 + 2];
    const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n";
    send_all(fd, head, sizeof(head) - 1);
    for (int i = 0; i < 32; i++) {
        int at = snprintf(chunk, sizeof(chunk), "%x\r\n", 65536);
        memset(chunk + at, 'a' + i % 26, 65536);
        memcpy(chunk + at + 65536, "\r\n", 2);
        send_all(fd, chunk, (size_t)at + 65538);
    }
    send_all(fd, "0\r\n\r\n", 5);
}

/* Reads a whole request with its body; returns the body, or NULL for none. */
static const char *read_request(int fd)
{
    size_t have = 0;
    for (;;) {
        ssize_t got = recv(fd, request + have, sizeof(request) - 1 - have, 0);
        if (got <= 0)
            return NULL;
        have += (size_t)got;
        request[have] = '\0';
        char *end = strstr(request, "\r\n\r\n");
        if (!end)
            continue;
        const char *length = strcasestr(request, "\r\ncontent-length:");
        size_t body = length && length < end ? strtoul(length + 17, NULL, 10) : 0;
        if ((size_t)(request + have - (end + 4)) >= body)
            return end + 4;
    }
}

static void serve(int fd)
{
    char text[1024];
    const char *body = read_request(fd);
    if (!body)
        return;
    if (!strncmp(request, "GET / ", 6))
        answer(fd, "200 OK", "text/html", page);
    else if (!strncmp(request, "GET /script.js ", 15))
        answer(fd, "200 OK", "text/javascript", script);
    else if (!strncmp(request, "GET /style.css ", 15))
        answer(fd, "200 OK", "text/css", style);
    else if (!strncmp(request, "POST /click ", 12)) {
        snprintf(text, sizeof(text), "%d %s", ++clicks, body);
        answer(fd, "200 OK", "text/plain", text);
        printf("click %d\n", clicks);
    } else if (!strncmp(request, "POST /form ", 11)) {
        snprintf(text, sizeof(text), "form: %s", body);
        answer(fd, "200 OK", "text/plain", text);
    } else if (!strncmp(request, "GET /moved ", 11)) {
        static const char moved[] = "HTTP/1.1 302 Found\r\nLocation: /hello.txt?by=move\r\nContent-Length: 0\r\n\r\n";
        send_all(fd, moved, sizeof(moved) - 1);
    } else if (!strncmp(request, "GET /hello.txt", 14)) {
        static const char head[] = "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nHello from the guest\n";
        send_all(fd, head, sizeof(head) - 1); /* its end is the connection's */
    } else if (!strncmp(request, "GET /big ", 9))
        answer_big(fd);
    else if (!strncmp(request, "GET /torn ", 10))
        send_all(fd, "this is no HTTP\r\n", 17);
    else if (!strncmp(request, "GET /panic ", 11))
        *(volatile char *)(intptr_t)(clicks - clicks) = 1;
    else
        answer(fd, "404 Not Found", "text/plain", "not here\n");
}

int main(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(8080)};
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(listener, 16) < 0) {
        perror("clicks");
        return 1;
    }
    puts("clicks: listening");
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0)
            continue;
        serve(fd);
        shutdown(fd, SHUT_WR);
        close(fd);
    }
}
