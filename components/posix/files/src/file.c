/* Open file descriptions: references, defaults of the operations, and copies to and from the app's buffers. */
#include <az/file.h>

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include <az/user.h>

void az_file_init(struct az_file *file, const struct az_file_ops *ops, uint32_t flags)
{
    *file = (struct az_file){.ops = ops, .references = 1, .flags = flags};
}

void az_file_ref(struct az_file *file)
{
    file->references++;
}

void az_file_unref(struct az_file *file)
{
    AZ_ASSERT(file->references > 0);
    if (--file->references > 0)
        return;
    while (file->queue.entries)
        file->queue.entries->woken(file->queue.entries, AZ_POLL_GONE);
    if (file->ops->close)
        file->ops->close(file);
}

uint32_t az_file_poll(struct az_file *file)
{
    return file->ops->poll ? file->ops->poll(file) : POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM;
}

static ssize_t iov_copy(void *kernel, const struct iovec *iov, int count, size_t skip, size_t bytes, bool out)
{
    size_t done = 0;
    for (int i = 0; i < count && done < bytes; i++) {
        if (skip >= iov[i].iov_len) {
            skip -= iov[i].iov_len;
            continue;
        }
        size_t part = AZ_MIN(iov[i].iov_len - skip, bytes - done);
        char *user = (char *)iov[i].iov_base + skip;
        char *here = (char *)kernel + done;
        if (out ? az_user_copy_out(user, here, part) : az_user_copy_in(here, user, part))
            return done > 0 ? (ssize_t)done : -EFAULT;
        done += part;
        skip = 0;
    }
    return (ssize_t)done;
}

ssize_t az_iov_copy_out(const struct iovec *iov, int count, size_t skip, const void *from, size_t bytes)
{
    return iov_copy((void *)(uintptr_t)from, iov, count, skip, bytes, true);
}

ssize_t az_iov_copy_in(void *to, const struct iovec *iov, int count, size_t skip, size_t bytes)
{
    return iov_copy(to, iov, count, skip, bytes, false);
}

int64_t az_file_seek_within(struct az_file *file, int64_t size, int64_t offset, int whence)
{
    int64_t base = 0;
    switch (whence) {
    case SEEK_SET:
        break;
    case SEEK_CUR:
        base = file->position;
        break;
    case SEEK_END:
        base = size;
        break;
    case SEEK_DATA:
    case SEEK_HOLE:
        if (offset < 0 || offset >= size)
            return -ENXIO;
        return file->position = whence == SEEK_DATA ? offset : size;
    default:
        return -EINVAL;
    }
    if (__builtin_add_overflow(base, offset, &base))
        return -EOVERFLOW;
    if (base < 0)
        return -EINVAL;
    return file->position = base;
}

int64_t az_file_seek_nowhere(struct az_file *file, AZ_UNUSED int64_t offset, AZ_UNUSED int whence)
{
    return file->position;
}
