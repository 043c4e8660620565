/* Prototypes that the pipeline generates for an image (az/self.h): forced into every file of a host build. */
#ifndef TEST_NET_CALLS_H
#define TEST_NET_CALLS_H

#include <stddef.h>
#include <time.h>

struct sockaddr;
struct msghdr;
struct mmsghdr;

long az_sys_socket(int family, int type, int protocol);
long az_sys_bind(int fd, const struct sockaddr *addr, unsigned int addr_length);
long az_sys_connect(int fd, const struct sockaddr *addr, unsigned int addr_length);
long az_sys_listen(int fd, int backlog);
long az_sys_accept(int fd, struct sockaddr *addr, unsigned int *addr_length);
long az_sys_accept4(int fd, struct sockaddr *addr, unsigned int *addr_length, int flags);
long az_sys_getsockname(int fd, struct sockaddr *addr, unsigned int *addr_length);
long az_sys_getpeername(int fd, struct sockaddr *addr, unsigned int *addr_length);
long az_sys_sendto(int fd, const void *buf, size_t count, int flags, const struct sockaddr *addr,
                   unsigned int addr_length);
long az_sys_recvfrom(int fd, void *buf, size_t count, int flags, struct sockaddr *addr, unsigned int *addr_length);
long az_sys_sendmsg(int fd, const struct msghdr *message, int flags);
long az_sys_recvmsg(int fd, struct msghdr *message, int flags);
long az_sys_sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, unsigned int flags);
long az_sys_recvmmsg(int fd, struct mmsghdr *messages, unsigned int count, unsigned int flags,
                     struct timespec *timeout);
long az_sys_shutdown(int fd, int how);
long az_sys_setsockopt(int fd, int level, int option, const void *value, unsigned int value_length);
long az_sys_getsockopt(int fd, int level, int option, void *value, unsigned int *value_length);

int az_ipv4_init(void);
int az_tcp_init(void);
int az_udp_init(void);
int az_dhcp_init(void);
int az_static_init(void);
int az_loopback_init(void);

#endif
