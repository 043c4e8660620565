/* TCP to oneself: connect, accept, both directions, shutdown, what is refused. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "show.h"

int main(void)
{
    char text[64] = {0};
    int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}, peer;
    socklen_t length = sizeof(address);
    signal(SIGPIPE, SIG_IGN);
    SHOW(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)));
    SHOW(bind(listener, (struct sockaddr *)&address, sizeof(address)));
    SHOW(getsockname(listener, (struct sockaddr *)&address, &length));
    SHOW(address.sin_port != 0);
    SHOW(listen(listener, 5));
    SHOW(fcntl(listener, F_SETFL, O_NONBLOCK));
    SHOW(accept(listener, NULL, NULL));
    int client = socket(AF_INET, SOCK_STREAM, 0);
    SHOW(getpeername(client, (struct sockaddr *)&peer, &length));
    SHOW(send(client, "x", 1, 0));
    SHOW(connect(client, (struct sockaddr *)&address, sizeof(address)));
    struct pollfd ready = {listener, POLLIN, 0};
    SHOW(poll(&ready, 1, 1000));
    int server = accept(listener, (struct sockaddr *)&peer, &length);
    SHOW(server >= 0);
    SHOW(peer.sin_addr.s_addr == htonl(INADDR_LOOPBACK));
    SHOW(setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)));
    SHOW(send(client, "hello", 5, 0));
    SHOW(recv(server, text, sizeof(text), 0));
    printf("%s\n", text);
    SHOW(recv(server, text, sizeof(text), MSG_DONTWAIT));
    SHOW(write(server, "answer", 6));
    SHOW(recv(client, text, 3, MSG_PEEK));
    SHOW(read(client, text, sizeof(text)));
    SHOW(shutdown(client, SHUT_WR));
    SHOW(read(server, text, sizeof(text)));
    SHOW(write(server, "late", 4));
    SHOW(read(client, text, sizeof(text)));
    SHOW(close(server));
    SHOW(read(client, text, sizeof(text)));
    SHOW(send(client, "x", 1, 0));
    SHOW(close(client));
    SHOW(close(listener));
    client = socket(AF_INET, SOCK_STREAM, 0);
    SHOW(connect(client, (struct sockaddr *)&address, sizeof(address)));
    SHOW(socket(AF_INET, 99, 0));
    SHOW(socket(99, SOCK_STREAM, 0));
    int no_socket = open("/dev/null", O_RDWR);
    SHOW(bind(no_socket, (struct sockaddr *)&address, sizeof(address)));
    SHOW(listen(99, 1));
    return 0;
}
