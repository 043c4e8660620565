/* What the files of net/udp share. */
#ifndef UDP_PARTS_H
#define UDP_PARTS_H

#include <netinet/in.h>

#include <az/ipv4.h>
#include <az/socket.h>

#define UDP_DATAGRAM_MAX 65507u
#define UDP_BUFFER_COST 2048u /* of a network buffer, whatever it holds */

struct udp_header {
    az_be16 source, destination, length;
    uint8_t checksum[2];
};
_Static_assert(sizeof(struct udp_header) == 8, "RFC 768");

struct udp_socket {
    az_ip4 local, remote; /* remote 0: not connected */
    uint16_t local_port, remote_port; /* host order; local_port 0: not bound */
    bool announced;       /* to the runner */
    bool address_chosen;  /* by bind(), not by connect() */
    bool receive_shut, send_shut;
    struct az_netbuf *first, **end; /* datagrams to be read */
    uint32_t queued;                /* what they cost */
    struct udp_socket *next;        /* of its bucket */
    struct az_socket socket;        /* last: the fields above then have short offsets */
};

/* Where a datagram in a queue came from, in its buffer's `control`. */
struct udp_origin {
    az_ip4 address;
    uint16_t port;
    uint32_t bytes; /* all of its fragments */
};
AZ_ALWAYS_INLINE struct udp_origin *udp_origin(struct az_netbuf *buffer)
{
    return (struct udp_origin *)(void *)buffer->control;
}

AZ_ALWAYS_INLINE struct udp_socket *udp_of_socket(struct az_socket *socket)
{
    return AZ_CONTAINER_OF(socket, struct udp_socket, socket);
}

struct udp_counters {
    uint32_t sockets;
    uint64_t received, sent, bad, dropped;
};
extern struct udp_counters udp_counters;

/* table.c */
/* The socket that a datagram is for; NULL: nobody's. */
struct udp_socket *udp_find(az_ip4 local, uint16_t local_port, az_ip4 remote, uint16_t remote_port);
/* Binds to `port`, or to a free one when it is 0. Errors: -EADDRINUSE. */
int udp_bind(struct udp_socket *u, az_ip4 local, uint16_t port);
void udp_unbind(struct udp_socket *u);

/* input.c */
bool udp_input(const struct az_ipv4_packet *packet, struct az_netbuf *payload);
void udp_error(const struct az_ipv4_error *error);

/* transfer.c */
ssize_t udp_send(struct az_socket *socket, const struct iovec *iov, int count, int flags, const struct sockaddr *address,
                 socklen_t length);
ssize_t udp_receive(struct az_socket *socket, const struct iovec *iov, int count, int flags,
                    struct sockaddr_storage *address, socklen_t *length, int *out_flags);
/* Takes the first datagram off the queue. */
void udp_drop_first(struct udp_socket *u);

#endif
