/* eventfd(2): a counter. */
#include <az/self.h>

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>

#include <az/heap.h>
#include <az/process.h>

#define COUNTER_MAX (UINT64_MAX - 1)

struct eventfd {
    struct az_file file; /* first */
    uint64_t counter;
    bool semaphore;
};

static struct eventfd *of(struct az_file *file)
{
    return AZ_CONTAINER_OF(file, struct eventfd, file);
}

static ssize_t read_counter(struct az_file *file, const struct iovec *iov, int count, AZ_UNUSED int64_t at)
{
    struct eventfd *event = of(file);
    if (az_iov_bytes(iov, count) < sizeof(uint64_t))
        return -EINVAL;
    for (;;) {
        uint32_t ticket = az_wait_ticket(&file->queue);
        if (event->counter > 0)
            break;
        int error = az_file_wait(file, ticket);
        if (error)
            return error;
    }
    uint64_t value = event->semaphore ? 1 : event->counter;
    if (az_iov_copy_out(iov, count, 0, &value, sizeof(value)) != sizeof(value))
        return -EFAULT;
    event->counter -= value;
    az_wake(&file->queue, POLLOUT | POLLWRNORM);
    return sizeof(value);
}

static ssize_t write_counter(struct az_file *file, const struct iovec *iov, int count, AZ_UNUSED int64_t at)
{
    struct eventfd *event = of(file);
    uint64_t value;
    if (az_iov_bytes(iov, count) < sizeof(value))
        return -EINVAL;
    if (az_iov_copy_in(&value, iov, count, 0, sizeof(value)) != sizeof(value))
        return -EFAULT;
    if (value > COUNTER_MAX)
        return -EINVAL;
    for (;;) {
        uint32_t ticket = az_wait_ticket(&file->queue);
        if (value <= COUNTER_MAX - event->counter)
            break;
        int error = az_file_wait(file, ticket);
        if (error)
            return error;
    }
    event->counter += value;
    az_wake(&file->queue, POLLIN | POLLRDNORM);
    return sizeof(value);
}

static uint32_t poll_counter(struct az_file *file)
{
    const uint64_t counter = of(file)->counter;
    return (counter > 0 ? POLLIN | POLLRDNORM : 0u) | (counter < COUNTER_MAX ? POLLOUT | POLLWRNORM : 0u);
}

static void close_counter(struct az_file *file)
{
    az_heap_free(of(file), sizeof(struct eventfd));
}

static const struct az_file_ops eventfd_ops = {
    .readv = AZ_FILE_READS ? read_counter : NULL,
    .writev = AZ_FILE_WRITES ? write_counter : NULL,
    .poll = AZ_FILE_POLLS ? poll_counter : NULL,
    .seek = AZ_FILE_SEEKS ? az_file_seek_nowhere : NULL,
    .close = close_counter,
};

long az_sys_eventfd2(unsigned int count, int flags)
{
    if (flags & ~(EFD_SEMAPHORE | EFD_NONBLOCK | EFD_CLOEXEC))
        return -EINVAL;
    struct eventfd *event = az_heap_zalloc(sizeof(*event));
    if (!event)
        return -ENOMEM;
    az_file_init(&event->file, &eventfd_ops, O_RDWR | (uint32_t)(flags & EFD_NONBLOCK));
    event->counter = count;
    event->semaphore = flags & EFD_SEMAPHORE;
    int fd = az_fd_add(&event->file, 0, flags & EFD_CLOEXEC ? FD_CLOEXEC : 0);
    if (fd < 0)
        az_file_unref(&event->file);
    return fd;
}

long az_sys_eventfd(unsigned int count)
{
    return az_sys_eventfd2(count, 0);
}
