/* sendfile: a read from the source where the offset stands, a write to the target, and so on, through one buffer. */
#include <az/self.h>

#include <errno.h>

#include <az/heap.h>
#include <az/process.h>
#include <az/user.h>

#include "iovec.h"

#define BUFFER_BYTES 16384u

/* Moves up to `count` bytes from *position on, and moves it. */
static long pump(struct az_file *out, struct az_file *in, int64_t *position, size_t count)
{
    char *buffer = az_heap_alloc(BUFFER_BYTES);
    if (!buffer)
        return -ENOMEM;
    size_t done = 0;
    long error = 0;
    while (done < count) {
        struct iovec iov = {buffer, AZ_MIN(count - done, BUFFER_BYTES)};
        ssize_t got = in->ops->readv(in, &iov, 1, *position);
        if (got <= 0) {
            error = got;
            break;
        }
        iov.iov_len = (size_t)got;
        ssize_t put = out->ops->writev(out, &iov, 1, AZ_FILE_POSITION);
        if (put < 0) {
            error = put;
            break;
        }
        *position += put;
        done += (size_t)put;
        if (put < got)
            break;
    }
    az_heap_free(buffer, BUFFER_BYTES);
    return done > 0 ? (long)done : error;
}

static long send_between(struct az_file *out, struct az_file *in, int64_t *user_offset, size_t count)
{
    if (!az_file_readable(in) || !az_file_writable(out))
        return -EBADF;
    if (user_offset && !in->ops->seek)
        return -ESPIPE;
    if (!in->ops->seek || !in->ops->readv || !out->ops->writev || (out->flags & O_APPEND))
        return -EINVAL;
    int64_t position = in->position;
    if (user_offset && az_user_get(&position, user_offset))
        return -EFAULT;
    if (position < 0)
        return -EINVAL;
    long result = pump(out, in, &position, AZ_MIN(count, AZ_IO_BYTES_MAX));
    if (!user_offset)
        in->position = position;
    else if (az_user_put(user_offset, &position))
        return -EFAULT;
    return result;
}

static long send_once(int out_fd, int in_fd, int64_t *offset, size_t count)
{
    struct az_file *in, *out;
    if (az_fd_get(in_fd, &in))
        return -EBADF;
    if (az_fd_get(out_fd, &out)) {
        az_file_unref(in);
        return -EBADF;
    }
    long result = send_between(out, in, offset, count);
    az_file_unref(out);
    az_file_unref(in);
    return result;
}

long az_sys_sendfile(int out_fd, int in_fd, int64_t *offset, size_t count)
{
    return AZ_RESTARTABLE(send_once(out_fd, in_fd, offset, count));
}
