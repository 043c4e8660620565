/* UDP to oneself: datagrams whole and in order, cut when too long, connected sockets. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "show.h"

int main(void)
{
    char text[64] = {0};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}, from;
    socklen_t length = sizeof(address);
    int receiver = socket(AF_INET, SOCK_DGRAM, 0), sender = socket(AF_INET, SOCK_DGRAM, 0);
    SHOW(bind(receiver, (struct sockaddr *)&address, sizeof(address)));
    SHOW(getsockname(receiver, (struct sockaddr *)&address, &length));
    SHOW(sendto(sender, "one", 3, 0, (struct sockaddr *)&address, sizeof(address)));
    SHOW(sendto(sender, "", 0, 0, (struct sockaddr *)&address, sizeof(address)));
    SHOW(sendto(sender, "three", 5, 0, (struct sockaddr *)&address, sizeof(address)));
    SHOW(recvfrom(receiver, text, sizeof(text), 0, (struct sockaddr *)&from, &length));
    SHOW(from.sin_addr.s_addr == htonl(INADDR_LOOPBACK));
    SHOW(recv(receiver, text, sizeof(text), 0));
    SHOW(recv(receiver, text, 2, 0));
    printf("%.2s\n", text);
    SHOW(recv(receiver, text, sizeof(text), MSG_DONTWAIT));
    struct timeval limit = {.tv_usec = 20000};
    SHOW(setsockopt(receiver, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)));
    SHOW(recv(receiver, text, sizeof(text), 0));
    SHOW(send(sender, "x", 1, 0));
    SHOW(connect(sender, (struct sockaddr *)&address, sizeof(address)));
    SHOW(send(sender, "connected", 9, 0));
    SHOW(recv(receiver, text, sizeof(text), 0));
    SHOW(close(receiver));
    SHOW(close(sender));
    return 0;
}
