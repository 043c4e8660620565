/* getaddrinfo without a name server: numbers, localhost, services. */
#include <arpa/inet.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

#include "show.h"

static void look_up(const char *host, const char *service, int flags)
{
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM, .ai_flags = flags}, *list;
    int error = getaddrinfo(host, service, &hints, &list);
    if (error) {
        printf("%s: error %s\n", host ? host : "-", error == EAI_NONAME ? "EAI_NONAME" : "other");
        return;
    }
    struct sockaddr_in *in = (struct sockaddr_in *)(void *)list->ai_addr;
    printf("%s: %s port %d\n", host ? host : "-", inet_ntoa(in->sin_addr), ntohs(in->sin_port));
    freeaddrinfo(list);
}

int main(void)
{
    look_up("127.0.0.1", "80", 0);
    look_up("localhost", "8080", 0);
    look_up(NULL, "443", AI_PASSIVE);
    look_up(NULL, "443", 0);
    look_up("not a number", "80", AI_NUMERICHOST);
    struct in_addr address;
    SHOW(inet_pton(AF_INET, "10.1.2.3", &address));
    printf("%s\n", inet_ntoa(address));
    SHOW(inet_pton(AF_INET, "10.1.2", &address));
    char host[32], service[16];
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(7), .sin_addr = address};
    inet_pton(AF_INET, "10.1.2.3", &in.sin_addr);
    SHOW(getnameinfo((struct sockaddr *)&in, sizeof(in), host, sizeof(host), service, sizeof(service),
                     NI_NUMERICHOST | NI_NUMERICSERV));
    printf("%s %s\n", host, service);
    return 0;
}
