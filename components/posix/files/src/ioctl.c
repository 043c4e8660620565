/* ioctl: what holds for every file here, all else by the file. */
#include <az/self.h>

#include <errno.h>
#include <sys/ioctl.h>

#include <az/process.h>
#include <az/user.h>

#include "process.h"

static long set_nonblocking(struct az_file *file, unsigned long arg)
{
    int on;
    if (az_user_get(&on, (const int *)arg))
        return -EFAULT;
    file->flags = on ? file->flags | O_NONBLOCK : file->flags & ~(uint32_t)O_NONBLOCK;
    return 0;
}

long az_sys_ioctl(int fd, unsigned int request, unsigned long arg)
{
    struct az_fd_entry *entry = az_fd_entry(fd);
    if (!entry || (entry->file->flags & O_PATH))
        return -EBADF;
    struct az_file *file = entry->file;
    switch (request) {
    case FIOCLEX:
        entry->flags |= FD_CLOEXEC;
        return 0;
    case FIONCLEX:
        entry->flags &= ~(uint32_t)FD_CLOEXEC;
        return 0;
    case FIONBIO:
        return set_nonblocking(file, arg);
    default:
        break;
    }
    if (!file->ops->ioctl)
        return -ENOTTY;
    az_file_ref(file);
    int result = file->ops->ioctl(file, request, arg);
    az_file_unref(file);
    return result;
}
