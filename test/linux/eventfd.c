/* eventfd: sums, semaphores, what does not fit. */
#include <poll.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "show.h"

int main(void)
{
    uint64_t value = 0;
    int fd = eventfd(2, EFD_NONBLOCK);
    SHOW(eventfd(0, 0x40));
    value = 40;
    SHOW(write(fd, &value, 8));
    SHOW(read(fd, &value, 4));
    SHOW(read(fd, &value, 8));
    SHOW(value);
    SHOW(read(fd, &value, 8));
    value = UINT64_MAX;
    SHOW(write(fd, &value, 8));
    value = UINT64_MAX - 1;
    SHOW(write(fd, &value, 8));
    struct pollfd poll_fd = {fd, POLLIN | POLLOUT, 0};
    SHOW(poll(&poll_fd, 1, 0));
    SHOW(poll_fd.revents);
    value = 1;
    SHOW(write(fd, &value, 8));
    SHOW(write(fd, &value, 7));
    int semaphore = eventfd(3, EFD_SEMAPHORE | EFD_NONBLOCK);
    SHOW(read(semaphore, &value, 8));
    SHOW(value);
    SHOW(read(semaphore, &value, 8));
    SHOW(read(semaphore, &value, 8));
    SHOW(read(semaphore, &value, 8));
    SHOW(lseek(fd, 0, SEEK_SET));
    return 0;
}
