/* What a network family provides below the socket calls. Provided by the net components; used by posix/sockets. */
#ifndef AZ_SOCKET_H
#define AZ_SOCKET_H

#include <sys/socket.h>

#include <az/file.h>

struct az_socket;

/* Addresses are kernel copies; data is the app's memory. NULL operations: -EOPNOTSUPP. All may block by file flags. */
struct az_socket_ops {
    int (*bind)(struct az_socket *socket, const struct sockaddr *address, socklen_t length);
    int (*listen)(struct az_socket *socket, int backlog);
    int (*accept)(struct az_socket *socket, struct az_socket **out);
    int (*connect)(struct az_socket *socket, const struct sockaddr *address, socklen_t length);
    /* `address` NULL: connected. Flags: MSG_DONTWAIT, MSG_NOSIGNAL, MSG_MORE, ... */
    ssize_t (*send)(struct az_socket *socket, const struct iovec *iov, int count, int flags,
                    const struct sockaddr *address, socklen_t length);
    /* `*length` 0 or the address of the sender; `*out_flags` MSG_TRUNC, ... */
    ssize_t (*receive)(struct az_socket *socket, const struct iovec *iov, int count, int flags,
                       struct sockaddr_storage *address, socklen_t *length, int *out_flags);
    int (*shutdown)(struct az_socket *socket, int how);
    int (*name)(struct az_socket *socket, bool peer, struct sockaddr_storage *out, socklen_t *out_length);
    int (*set_option)(struct az_socket *socket, int level, int option, const void *value, socklen_t bytes);
    int (*get_option)(struct az_socket *socket, int level, int option, void *out, socklen_t *inout_bytes);
    uint32_t (*poll)(struct az_socket *socket);
    int (*ioctl)(struct az_socket *socket, unsigned long request, unsigned long argument);
    /* The last descriptor is closed. The family frees the socket when the connection is done with it. */
    void (*close)(struct az_socket *socket);
};

struct az_socket {
    struct az_file file; /* first; its ops are posix/sockets' */
    const struct az_socket_ops *ops;
    int family, type, protocol;
};

/* One kind of socket, registered at level net; the struct stays the registrar's. */
struct az_socket_family {
    int family, type; /* AF_INET, SOCK_STREAM */
    int (*create)(int protocol, struct az_socket **out);
    struct az_socket_family *next;
};
void az_socket_family_register(struct az_socket_family *family);

#endif
