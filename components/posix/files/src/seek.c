/* lseek, and i386's _llseek with its 64 bits in two halves. */
#include <az/self.h>

#include <errno.h>
#include <limits.h>

#include <az/process.h>
#include <az/user.h>

static int64_t seek(int fd, int64_t offset, int whence)
{
    struct az_file *file;
    if (az_fd_get(fd, &file))
        return -EBADF;
    int64_t result = -ESPIPE;
    if (file->flags & O_PATH)
        result = -EBADF;
    else if (file->ops->seek)
        result = file->ops->seek(file, offset, whence);
    az_file_unref(file);
    return result;
}

long az_sys_lseek(int fd, long offset, int whence)
{
    int64_t result = seek(fd, offset, whence);
    return result > LONG_MAX ? -EOVERFLOW : (long)result;
}

#ifdef __i386__
long az_sys__llseek(int fd, unsigned long offset_high, unsigned long offset_low, int64_t *out_position, int whence)
{
    int64_t result = seek(fd, (int64_t)((uint64_t)offset_high << 32 | offset_low), whence);
    return result < 0 ? (long)result : az_user_put(out_position, &result);
}
#endif
