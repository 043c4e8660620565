/*
 * What the kernel holds, told over the network: answers each line with the counters of buffers, heap and pages, and goes on until the
 * peer closes. One connection at a time, so that two answers are comparable.
 */
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <az/heap.h>
#include <az/netbuf.h>
#include <az/pages.h>

static int describe(char *out, size_t room)
{
    struct az_netbuf_stats buffers;
    struct az_heap_stats heap;
    struct az_pages_stats pages;

    az_netbuf_stats(&buffers);
    az_heap_stats(&heap);
    az_pages_stats(&pages);
    return snprintf(out, room, "buffers %llu heap %llu pages %llu\n", (unsigned long long)buffers.live,
                    (unsigned long long)heap.live_bytes, (unsigned long long)(pages.total - pages.free));
}

int main(void)
{
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(8080)};
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    if (bind(listener, (struct sockaddr *)&any, sizeof(any)) < 0 || listen(listener, SOMAXCONN) < 0)
        return 1;
    for (;;) {
        char line[128];
        int peer = accept(listener, NULL, NULL);

        while (peer >= 0 && recv(peer, line, sizeof(line), 0) > 0)
            if (send(peer, line, (size_t)describe(line, sizeof(line)), MSG_NOSIGNAL) < 0)
                break;
        close(peer);
    }
}
