/* pipe(2): a ring of bytes between two files. */
#include <az/self.h>

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <az/heap.h>
#include <az/process.h>
#include <az/stat.h>
#include <az/user.h>

#define CAPACITY 65536u

struct pipe {
    struct az_file reader, writer;
    bool reader_open, writer_open;
    char *bytes; /* CAPACITY of them, from the first write on */
    size_t first, used;
};

static size_t room(const struct pipe *pipe)
{
    return CAPACITY - pipe->used;
}

static ssize_t read_pipe(struct az_file *file, const struct iovec *iov, int count, AZ_UNUSED int64_t at)
{
    struct pipe *pipe = AZ_CONTAINER_OF(file, struct pipe, reader);
    const size_t wanted = az_iov_bytes(iov, count);
    if (wanted == 0)
        return 0;
    for (;;) {
        uint32_t ticket = az_wait_ticket(&file->queue);
        if (pipe->used > 0)
            break;
        if (!pipe->writer_open)
            return 0;
        int error = az_file_wait(file, ticket);
        if (error)
            return error;
    }
    size_t done = 0;
    while (done < wanted && pipe->used > 0) {
        size_t part = AZ_MIN(AZ_MIN(wanted - done, pipe->used), CAPACITY - pipe->first);
        ssize_t copied = az_iov_copy_out(iov, count, done, pipe->bytes + pipe->first, part);
        if (copied < 0)
            return done > 0 ? (ssize_t)done : copied;
        pipe->first = (pipe->first + (size_t)copied) % CAPACITY;
        pipe->used -= (size_t)copied;
        done += (size_t)copied;
        if ((size_t)copied < part)
            break;
    }
    if (room(pipe) >= PIPE_BUF)
        az_wake(&pipe->writer.queue, POLLOUT | POLLWRNORM);
    return (ssize_t)done;
}

/* Appends up to `bytes` from byte `from` of `iov`, as far as there is room. */
static ssize_t append(struct pipe *pipe, const struct iovec *iov, int count, size_t from, size_t bytes)
{
    size_t done = 0;
    bytes = AZ_MIN(bytes, room(pipe));
    while (done < bytes) {
        size_t end = (pipe->first + pipe->used) % CAPACITY;
        size_t part = AZ_MIN(bytes - done, CAPACITY - end);
        ssize_t copied = az_iov_copy_in(pipe->bytes + end, iov, count, from + done, part);
        if (copied < 0)
            return done > 0 ? (ssize_t)done : copied;
        pipe->used += (size_t)copied;
        done += (size_t)copied;
        if ((size_t)copied < part)
            break;
    }
    if (done > 0)
        az_wake(&pipe->reader.queue, POLLIN | POLLRDNORM);
    return (ssize_t)done;
}

static ssize_t write_pipe(struct az_file *file, const struct iovec *iov, int count, AZ_UNUSED int64_t at)
{
    struct pipe *pipe = AZ_CONTAINER_OF(file, struct pipe, writer);
    const size_t wanted = az_iov_bytes(iov, count);
    const size_t least = wanted <= PIPE_BUF ? wanted : 1; /* what must fit at once */
    if (wanted == 0)
        return 0;
    if (!pipe->bytes && !(pipe->bytes = az_heap_alloc(CAPACITY)))
        return -ENOMEM;
    size_t done = 0;
    while (done < wanted) {
        uint32_t ticket = az_wait_ticket(&file->queue);
        ssize_t result = 0;
        if (!pipe->reader_open) {
            az_signal_send(SIGPIPE);
            result = -EPIPE;
        } else if (room(pipe) >= least) {
            result = append(pipe, iov, count, done, wanted - done);
        } else {
            result = az_file_wait(file, ticket);
        }
        if (result < 0)
            return done > 0 ? (ssize_t)done : result;
        done += (size_t)result;
    }
    return (ssize_t)done;
}

static uint32_t poll_reader(struct az_file *file)
{
    struct pipe *pipe = AZ_CONTAINER_OF(file, struct pipe, reader);
    return (pipe->used > 0 ? POLLIN | POLLRDNORM : 0u) | (pipe->writer_open ? 0u : POLLHUP);
}

static uint32_t poll_writer(struct az_file *file)
{
    struct pipe *pipe = AZ_CONTAINER_OF(file, struct pipe, writer);
    return (room(pipe) >= PIPE_BUF ? POLLOUT | POLLWRNORM : 0u) | (pipe->reader_open ? 0u : POLLERR);
}

static int count_bytes(const struct pipe *pipe, unsigned long request, unsigned long argument)
{
    int used = (int)pipe->used;
    return request == FIONREAD ? az_user_put((int *)argument, &used) : -ENOTTY;
}

static int control_reader(struct az_file *file, unsigned long request, unsigned long argument)
{
    return count_bytes(AZ_CONTAINER_OF(file, struct pipe, reader), request, argument);
}

static int control_writer(struct az_file *file, unsigned long request, unsigned long argument)
{
    return count_bytes(AZ_CONTAINER_OF(file, struct pipe, writer), request, argument);
}

static int describe(AZ_UNUSED struct az_file *file, struct az_stat *out)
{
    out->mode = S_IFIFO | 0600;
    return 0;
}

static void free_if_done(struct pipe *pipe)
{
    if (pipe->reader_open || pipe->writer_open)
        return;
    az_heap_free(pipe->bytes, CAPACITY);
    az_heap_free(pipe, sizeof(*pipe));
}

static void close_reader(struct az_file *file)
{
    struct pipe *pipe = AZ_CONTAINER_OF(file, struct pipe, reader);
    pipe->reader_open = false;
    az_wake(&pipe->writer.queue, POLLERR | POLLOUT | POLLWRNORM);
    free_if_done(pipe);
}

static void close_writer(struct az_file *file)
{
    struct pipe *pipe = AZ_CONTAINER_OF(file, struct pipe, writer);
    pipe->writer_open = false;
    az_wake(&pipe->reader.queue, POLLHUP);
    free_if_done(pipe);
}

static const struct az_file_ops reader_ops = {
    .readv = AZ_FILE_READS ? read_pipe : NULL,
    .poll = AZ_FILE_POLLS ? poll_reader : NULL,
    .ioctl = AZ_ON(SYS_ioctl) ? control_reader : NULL,
    .stat = AZ_FILE_STATS ? describe : NULL,
    .close = close_reader,
};
static const struct az_file_ops writer_ops = {
    .writev = AZ_FILE_WRITES ? write_pipe : NULL,
    .poll = AZ_FILE_POLLS ? poll_writer : NULL,
    .ioctl = AZ_ON(SYS_ioctl) ? control_writer : NULL,
    .stat = AZ_FILE_STATS ? describe : NULL,
    .close = close_writer,
};

long az_sys_pipe2(int *fds, int flags)
{
    if (flags & ~(O_CLOEXEC | O_NONBLOCK))
        return -EINVAL;
    struct pipe *pipe = az_heap_zalloc(sizeof(*pipe));
    if (!pipe)
        return -ENOMEM;
    const uint32_t fd_flags = flags & O_CLOEXEC ? FD_CLOEXEC : 0;
    az_file_init(&pipe->reader, &reader_ops, O_RDONLY | (uint32_t)(flags & O_NONBLOCK));
    az_file_init(&pipe->writer, &writer_ops, O_WRONLY | (uint32_t)(flags & O_NONBLOCK));
    pipe->reader_open = pipe->writer_open = true;
    int ends[2] = {az_fd_add(&pipe->reader, 0, fd_flags), -1};
    if (ends[0] >= 0)
        ends[1] = az_fd_add(&pipe->writer, 0, fd_flags);
    if (ends[1] >= 0 && az_user_copy_out(fds, ends, sizeof(ends)) == 0)
        return 0;
    const long error = ends[0] < 0 ? ends[0] : ends[1] < 0 ? ends[1] : -EFAULT;
    if (ends[1] >= 0)
        az_fd_remove(ends[1]);
    else
        az_file_unref(&pipe->writer);
    if (ends[0] >= 0)
        az_fd_remove(ends[0]);
    else
        az_file_unref(&pipe->reader);
    return error;
}

long az_sys_pipe(int *fds)
{
    return az_sys_pipe2(fds, 0);
}
