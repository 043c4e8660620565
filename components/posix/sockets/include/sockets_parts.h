/* What the files of posix/sockets share. */
#ifndef SOCKETS_PARTS_H
#define SOCKETS_PARTS_H

#include <az/process.h>
#include <az/socket.h>
#include <az/user.h>

/* The socket behind `fd`, with a reference to its file. Errors: -EBADF, -ENOTSOCK. */
AZ_MUST_USE int socket_get(int fd, struct az_socket **out);
AZ_ALWAYS_INLINE void socket_put(struct az_socket *socket)
{
    az_file_unref(&socket->file);
}

/* An address of the app's. `*out` is zero behind it. Errors: -EINVAL, -EFAULT. */
AZ_MUST_USE int socket_address_in(struct sockaddr_storage *out, const struct sockaddr *user_from, unsigned length);
/* An address for the app, cut to what it has room for; its whole length in *user_length. Errors: -EFAULT, -EINVAL. */
AZ_MUST_USE int socket_address_out(struct sockaddr *user_to, unsigned *user_length, const struct sockaddr_storage *from,
                                   socklen_t length);

/* Sends or receives with everything in kernel memory but the data. SIGPIPE is raised here. */
ssize_t socket_send(struct az_socket *socket, const struct iovec *iov, int count, int flags,
                    const struct sockaddr_storage *address, socklen_t length);
ssize_t socket_receive(struct az_socket *socket, const struct iovec *iov, int count, int flags,
                       struct sockaddr_storage *address, socklen_t *length, int *out_flags);

/* Options of level SOL_SOCKET; values are kernel copies. */
int socket_set_option(struct az_socket *socket, int option, const void *value, unsigned bytes);
int socket_get_option(struct az_socket *socket, int option, void *out, socklen_t *inout_bytes);

#endif
