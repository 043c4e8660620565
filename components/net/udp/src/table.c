/* Sockets by local port. */
#include <errno.h>

#include <az/random.h>

#include "udp_parts.h"

#define UDP_BUCKETS 16u
#define PORT_FIRST 32768u
#define PORT_LAST 60999u

static struct udp_socket *udp_bound[UDP_BUCKETS];

struct udp_socket *udp_find(az_ip4 local, uint16_t local_port, az_ip4 remote, uint16_t remote_port)
{
    struct udp_socket *best = NULL;
    unsigned best_fit = 0;

    for (struct udp_socket *u = udp_bound[local_port % UDP_BUCKETS]; u; u = u->next) {
        if (u->local_port != local_port || (u->local && u->local != local) ||
            (u->remote && (u->remote != remote || u->remote_port != remote_port)))
            continue;
        unsigned fit = 1 + (u->local != 0) + (u->remote ? 2 : 0);
        if (fit > best_fit) {
            best = u;
            best_fit = fit;
        }
    }
    return best;
}

static bool udp_port_taken(const struct udp_socket *for_whom, az_ip4 local, uint16_t port)
{
    for (const struct udp_socket *u = udp_bound[port % UDP_BUCKETS]; u; u = u->next) {
        uint32_t both = u->socket.options & for_whom->socket.options;
        if (u->local_port == port && (!local || !u->local || u->local == local) &&
            !(both & (AZ_SO_REUSEADDR | AZ_SO_REUSEPORT)))
            return true;
    }
    return false;
}

int udp_bind(struct udp_socket *u, az_ip4 local, uint16_t port)
{
    uint32_t count = PORT_LAST - PORT_FIRST + 1, offset = port ? 0 : az_random_u32() % count;

    for (uint32_t i = 0; !port && i < count; i++) {
        uint16_t candidate = (uint16_t)(PORT_FIRST + (offset + i) % count);
        if (!udp_port_taken(u, local, candidate))
            port = candidate;
    }
    if (!port || udp_port_taken(u, local, port))
        return -EADDRINUSE;
    u->local = local;
    u->local_port = port;
    u->next = udp_bound[port % UDP_BUCKETS];
    udp_bound[port % UDP_BUCKETS] = u;
    return 0;
}

void udp_unbind(struct udp_socket *u)
{
    struct udp_socket **link = &udp_bound[u->local_port % UDP_BUCKETS];
    if (!u->local_port)
        return;
    while (*link != u)
        link = &(*link)->next;
    *link = u->next;
    u->local_port = 0;
}
