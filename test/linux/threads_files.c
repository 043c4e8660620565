/* Threads that wait for each other in files: pipes, poll, epoll, sockets, descriptors closed by another. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "show.h"

static int there[2], back[2];

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){0, ms * 1000000}, NULL);
}

static void *echoes(void *arg)
{
    char byte;
    (void)arg;
    while (read(there[0], &byte, 1) == 1) {
        byte++;
        if (write(back[1], &byte, 1) != 1)
            abort();
    }
    close(back[1]);
    return "echoed";
}

static void ping_pong(void)
{
    pthread_t thread;
    void *result;
    char byte = 0;
    pipe(there);
    pipe(back);
    pthread_create(&thread, NULL, echoes, NULL);
    for (int i = 0; i < 100; i++)
        if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1)
            abort();
    SHOW(byte);
    SHOW(close(there[1]));
    SHOW(read(back[0], &byte, 1));
    pthread_join(thread, &result);
    printf("%s\n", (char *)result);
    close(there[0]);
    close(back[0]);
}

static void *fills(void *arg)
{
    static char block[200000];
    (void)arg;
    SHOW(write(there[1], block, sizeof(block)));
    SHOW(close(there[1]));
    return NULL;
}

static void a_full_pipe(void)
{
    static char block[30000];
    pthread_t thread;
    long all = 0, part;
    pipe(there);
    pthread_create(&thread, NULL, fills, NULL);
    while ((part = read(there[0], block, sizeof(block))) > 0)
        all += part;
    pthread_join(thread, NULL);
    SHOW(all);
    close(there[0]);
}

static void *writes_later(void *arg)
{
    pause_ms(20);
    return (void *)(long)(write(*(int *)arg, "x1234567", 8) == 8);
}

static void readiness(void)
{
    pthread_t thread;
    char byte;
    pipe(there);
    struct pollfd waited = {.fd = there[0], .events = POLLIN};
    pthread_create(&thread, NULL, writes_later, &there[1]);
    SHOW(poll(&waited, 1, -1));
    SHOW(waited.revents);
    pthread_join(thread, NULL);
    SHOW(read(there[0], &byte, 1));
    SHOW(poll(&waited, 1, 0));

    int watching = epoll_create1(0), event = eventfd(0, 0);
    struct epoll_event got, wanted = {.events = EPOLLIN, .data.u32 = 42};
    SHOW(epoll_ctl(watching, EPOLL_CTL_ADD, event, &wanted));
    pthread_create(&thread, NULL, writes_later, &event);
    SHOW(epoll_wait(watching, &got, 1, -1));
    SHOW(got.data.u32);
    pthread_join(thread, NULL);
    close(watching);
    close(event);
    close(there[0]);
    close(there[1]);
}

static struct sockaddr_in address = {.sin_family = AF_INET};

static void *serves(void *listener)
{
    for (int i = 0; i < 3; i++) {
        char text[64];
        int peer = accept(*(int *)listener, NULL, NULL);
        long length;
        while ((length = recv(peer, text, sizeof(text), 0)) > 0)
            send(peer, text, (size_t)length, 0);
        close(peer);
    }
    return NULL;
}

static void *calls(void *arg)
{
    char text[64] = "hello from ", got[64] = {0};
    int peer = socket(AF_INET, SOCK_STREAM, 0);
    strcat(text, arg);
    if (connect(peer, (struct sockaddr *)&address, sizeof(address)))
        return "not connected";
    send(peer, text, strlen(text), 0);
    shutdown(peer, SHUT_WR);
    recv(peer, got, sizeof(got), MSG_WAITALL);
    close(peer);
    return strcmp(text, got) == 0 ? "the same" : "another";
}

static void *hears(void *socket)
{
    static char text[64];
    long length = recv(*(int *)socket, text, sizeof(text) - 1, 0);
    text[length > 0 ? length : 0] = '\0';
    return text;
}

static void sockets(void)
{
    pthread_t server, callers[3];
    socklen_t length = sizeof(address);
    void *result;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    SHOW(bind(listener, (struct sockaddr *)&address, sizeof(address)));
    SHOW(listen(listener, 4));
    getsockname(listener, (struct sockaddr *)&address, &length);
    pthread_create(&server, NULL, serves, &listener);
    for (int i = 0; i < 3; i++)
        pthread_create(&callers[i], NULL, calls, (char *[]){"a", "b", "c"}[i]);
    for (int i = 0; i < 3; i++) {
        pthread_join(callers[i], &result);
        printf("caller %d: %s\n", i, (char *)result);
    }
    pthread_join(server, NULL);
    close(listener);

    int receiver = socket(AF_INET, SOCK_DGRAM, 0), sender = socket(AF_INET, SOCK_DGRAM, 0);
    address.sin_port = 0;
    bind(receiver, (struct sockaddr *)&address, sizeof(address));
    length = sizeof(address);
    getsockname(receiver, (struct sockaddr *)&address, &length);
    pthread_create(&server, NULL, hears, &receiver);
    pause_ms(5);
    SHOW(sendto(sender, "datagram", 8, 0, (struct sockaddr *)&address, sizeof(address)));
    pthread_join(server, &result);
    printf("heard %s\n", (char *)result);
    close(receiver);
    close(sender);
}

static sem_t begun;

static void *blocks(void *arg)
{
    char byte = '?';
    sem_post(&begun);
    long got = read(there[0], &byte, 1);
    printf("read by the thread: %ld %c\n", got, byte);
    return arg;
}

/* A call keeps the file it began with, whatever becomes of the descriptor. */
static void closed_meanwhile(void)
{
    pthread_t thread;
    pipe(there);
    sem_init(&begun, 0, 0);
    pthread_create(&thread, NULL, blocks, NULL);
    sem_wait(&begun);
    pause_ms(20);
    SHOW(close(there[0]));
    SHOW(fcntl(there[0], F_GETFD));
    write(there[1], "k", 1);
    pthread_join(thread, NULL);
    close(there[1]);
}

static void *appends(void *stream)
{
    for (int i = 0; i < 50; i++)
        fprintf(stream, "a line of %s\n", "words");
    return NULL;
}

/* Lines of a stream stay whole. */
static void streams(void)
{
    pthread_t threads[3];
    char line[64];
    int lines = 0, whole = 0;
    pipe(there);
    FILE *in = fdopen(there[0], "r"), *out = fdopen(there[1], "w");
    setvbuf(out, NULL, _IOLBF, BUFSIZ);
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, appends, out);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    fclose(out);
    while (fgets(line, sizeof(line), in)) {
        lines++;
        whole += strcmp(line, "a line of words\n") == 0;
    }
    printf("%d lines, %d whole\n", lines, whole);
    fclose(in);
}

int main(void)
{
    ping_pong();
    a_full_pipe();
    readiness();
    sockets();
    closed_meanwhile();
    streams();
    return 0;
}
