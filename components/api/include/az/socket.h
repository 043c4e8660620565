/* What a network family provides below the socket calls. Provided by the net components; used by posix/sockets. */
#ifndef AZ_SOCKET_H
#define AZ_SOCKET_H

#include <sys/socket.h>

#include <az/file.h>

struct az_socket;

/*
 * Addresses are kernel copies; data is the app's memory. NULL operations: -EOPNOTSUPP. All may block: until
 * az_socket_deadline(). Options of level SOL_SOCKET are posix/sockets' and end up in struct az_socket; `option_changed` tells.
 */
struct az_socket_ops {
    int (*bind)(struct az_socket *socket, const struct sockaddr *address, socklen_t length);
    int (*listen)(struct az_socket *socket, int backlog);
    int (*accept)(struct az_socket *socket, struct az_socket **out);
    int (*connect)(struct az_socket *socket, const struct sockaddr *address, socklen_t length);
    /* `address` NULL: connected. Flags: MSG_DONTWAIT, MSG_MORE, ... */
    ssize_t (*send)(struct az_socket *socket, const struct iovec *iov, int count, int flags,
                    const struct sockaddr *address, socklen_t length);
    /* `*length` 0 or the address of the sender; `*out_flags` MSG_TRUNC, ... */
    ssize_t (*receive)(struct az_socket *socket, const struct iovec *iov, int count, int flags,
                       struct sockaddr_storage *address, socklen_t *length, int *out_flags);
    int (*shutdown)(struct az_socket *socket, int how);
    int (*name)(struct az_socket *socket, bool peer, struct sockaddr_storage *out, socklen_t *out_length);
    /* Values are kernel copies. -ENOPROTOOPT: unknown. */
    int (*set_option)(struct az_socket *socket, int level, int option, const void *value, socklen_t bytes);
    int (*get_option)(struct az_socket *socket, int level, int option, void *out, socklen_t *inout_bytes);
    void (*option_changed)(struct az_socket *socket, int option);
    uint32_t (*poll)(struct az_socket *socket);
    /* Bytes that can be read (FIONREAD, SIOCINQ), bytes not yet acknowledged or sent (TIOCOUTQ, SIOCOUTQ). */
    int (*queued)(struct az_socket *socket, bool outgoing);
    /* The last descriptor is closed. The family frees the socket when the connection is done with it. */
    void (*close)(struct az_socket *socket);
};

#define AZ_SO_REUSEADDR 1u
#define AZ_SO_REUSEPORT 2u
#define AZ_SO_KEEPALIVE 4u
#define AZ_SO_BROADCAST 8u
#define AZ_SO_LISTENING 16u /* SO_ACCEPTCONN */

#define AZ_SOCKET_BUFFER_MIN 2048u

struct az_socket {
    struct az_file file; /* first; its ops are posix/sockets' */
    const struct az_socket_ops *ops;
    int family, type, protocol;
    int error;        /* pending, negative: the next call or SO_ERROR takes it */
    uint32_t options; /* AZ_SO_... */
    int linger_s;     /* SO_LINGER: seconds, -1 off */
    az_time receive_timeout, send_timeout;
    uint32_t receive_limit, send_limit; /* bytes that may be queued */
};

/* Sets up the common part, one reference to the file, no timeouts. Provided by posix/sockets, as are the next three. */
void az_socket_init(struct az_socket *socket, const struct az_socket_ops *ops, int family, int type, int protocol,
                    uint32_t receive_limit, uint32_t send_limit);
/* When a call with MSG_ `flags` gives up: 0 (already) for a socket that does not block. */
az_time az_socket_deadline(const struct az_socket *socket, int flags, az_time timeout);
/*
 * az_wait() for a socket: looks at the devices at least once, also when the socket does not block.
 * Errors: -EAGAIN at the deadline, -EINTR, -EDEADLK (nothing can ever wake it).
 */
AZ_MUST_USE int az_socket_wait(struct az_socket *socket, uint32_t ticket, az_time deadline);
/* The pending error, taken. */
int az_socket_take_error(struct az_socket *socket);

/* One kind of socket, registered at level net; the struct stays the registrar's. */
struct az_socket_family {
    int family, type, protocol; /* AF_INET, SOCK_STREAM, IPPROTO_TCP */
    int (*create)(struct az_socket **out);
    struct az_socket_family *next;
};
void az_socket_family_register(struct az_socket_family *family);

#endif
