/* read and its family: from a descriptor into the app's buffers. */
#include <az/self.h>

#include <errno.h>

#include <az/process.h>

#include "iovec.h"
#include "process.h"

static long read_once(int fd, const struct iovec *iov, int count, int64_t at)
{
    struct az_file *file;
    if (az_fd_get(fd, &file))
        return -EBADF;
    long result = -EINVAL;
    if (!az_file_readable(file))
        result = -EBADF;
    else if (at != AZ_FILE_POSITION && !file->ops->seek)
        result = -ESPIPE;
    else if (file->ops->readv)
        result = file->ops->readv(file, iov, count, at);
    else if (file->ops->entries)
        result = -EISDIR;
    az_file_unref(file);
    return result;
}

long az_sys_read(int fd, void *buf, size_t count)
{
    struct iovec iov = az_iovec_single(buf, count);
    return AZ_RESTARTABLE(read_once(fd, &iov, 1, AZ_FILE_POSITION));
}

long az_sys_pread64(int fd, void *buf, size_t count, int64_t offset)
{
    struct iovec iov = az_iovec_single(buf, count);
    if (offset < 0)
        return -EINVAL;
    return AZ_RESTARTABLE(read_once(fd, &iov, 1, offset));
}

static long readv_at(int fd, const struct iovec *user_iov, int count, int64_t at)
{
    struct az_iovec checked;
    int error = az_iovec_check(&checked, user_iov, count);
    if (error)
        return az_fd_entry(fd) ? error : -EBADF;
    return AZ_RESTARTABLE(read_once(fd, checked.iov, checked.count, at));
}

long az_sys_readv(int fd, const struct iovec *iov, int count)
{
    return readv_at(fd, iov, count, AZ_FILE_POSITION);
}

long az_sys_preadv(int fd, const struct iovec *iov, int count, int64_t offset)
{
    return offset < 0 ? -EINVAL : readv_at(fd, iov, count, offset);
}
