/* accept() and a full descriptor table; connect() without waiting; two listeners on one port; UDP to 127.0.0.1 unconnected. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "show.h"

static int listen_on(struct sockaddr_in *address)
{
    socklen_t length = sizeof(*address);
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    SHOW(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)));
    SHOW(bind(fd, (struct sockaddr *)address, sizeof(*address)));
    SHOW(getsockname(fd, (struct sockaddr *)address, &length));
    SHOW(listen(fd, 64));
    return fd;
}

static int drain(int listener)
{
    int count = 0;
    for (int fd; (fd = accept(listener, NULL, NULL)) >= 0; count++)
        close(fd);
    return count;
}

int main(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int listener = listen_on(&address);
    int client = socket(AF_INET, SOCK_STREAM, 0);
    SHOW(connect(client, (struct sockaddr *)&address, sizeof(address))); /* done without an accept() */
    struct pollfd ready = {listener, POLLIN, 0};
    SHOW(poll(&ready, 1, 1000));
    struct rlimit limit, small;
    SHOW(getrlimit(RLIMIT_NOFILE, &limit));
    small = limit;
    small.rlim_cur = (rlim_t)client + 1;
    SHOW(setrlimit(RLIMIT_NOFILE, &small));
    SHOW(accept(listener, NULL, NULL));
    SHOW(poll(&ready, 1, 0));
    SHOW(setrlimit(RLIMIT_NOFILE, &limit));
    int server = accept(listener, NULL, NULL);
    SHOW(server == client + 1);
    SHOW(accept(listener, NULL, NULL));
    SHOW(close(server));
    SHOW(close(client));

    client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    SHOW(connect(client, (struct sockaddr *)&address, sizeof(address)));
    struct pollfd open = {client, POLLOUT, 0};
    SHOW(poll(&open, 1, 1000));
    int error = -1;
    socklen_t length = sizeof(error);
    SHOW(getsockopt(client, SOL_SOCKET, SO_ERROR, &error, &length));
    SHOW(error);
    SHOW(close(client));
    SHOW(drain(listener));

    int second = listen_on(&address);
    int clients[32];
    for (int i = 0; i < 32; i++)
        clients[i] = socket(AF_INET, SOCK_STREAM, 0);
    for (int i = 0; i < 32; i++)
        if (connect(clients[i], (struct sockaddr *)&address, sizeof(address)) < 0)
            SHOW(i);
    int mine = drain(listener), others = drain(second);
    SHOW(mine + others);
    SHOW(mine > 0 && others > 0);
    for (int i = 0; i < 32; i++)
        close(clients[i]);
    SHOW(close(listener));
    SHOW(close(second));

    char text[8] = "";
    int to = socket(AF_INET, SOCK_DGRAM, 0), from = socket(AF_INET, SOCK_DGRAM, 0);
    address.sin_port = 0;
    length = sizeof(address);
    SHOW(bind(to, (struct sockaddr *)&address, sizeof(address)));
    SHOW(getsockname(to, (struct sockaddr *)&address, &length));
    SHOW(sendto(from, "hello", 5, 0, (struct sockaddr *)&address, sizeof(address)));
    SHOW(recv(to, text, sizeof(text), 0));
    printf("%s\n", text);
    return 0;
}
