/*
 * fcntl. Record locks belong to a process and keep others out; the only process there is has no others, so they are
 * checked as Linux checks them and then always granted.
 */
#include <az/self.h>

#include <errno.h>
#include <unistd.h>

#include <az/process.h>
#include <az/user.h>

#include "process.h"

#define CHANGEABLE_FLAGS (O_APPEND | O_NONBLOCK | O_NOATIME)

static long duplicate(struct az_file *file, unsigned long lowest, uint32_t fd_flags)
{
    if (lowest >= az_process_current()->fd_limit)
        return -EINVAL;
    az_file_ref(file);
    int result = az_fd_add(file, (int)lowest, fd_flags);
    if (result < 0)
        az_file_unref(file);
    return result;
}

static long lock(struct az_file *file, int command, struct flock *user)
{
    struct flock wanted;
    if (az_user_get(&wanted, user))
        return -EFAULT;
    if (wanted.l_whence < SEEK_SET || wanted.l_whence > SEEK_END)
        return -EINVAL;
    if (command == F_GETLK) {
        if (wanted.l_type != F_RDLCK && wanted.l_type != F_WRLCK)
            return -EINVAL;
        wanted.l_type = F_UNLCK;
        return az_user_put(user, &wanted);
    }
    switch (wanted.l_type) {
    case F_RDLCK:
        return az_file_readable(file) ? 0 : -EBADF;
    case F_WRLCK:
        return az_file_writable(file) ? 0 : -EBADF;
    case F_UNLCK:
        return 0;
    default:
        return -EINVAL;
    }
}

static bool allowed_on_path(int command)
{
    return command == F_DUPFD || command == F_DUPFD_CLOEXEC || command == F_GETFD || command == F_SETFD ||
           command == F_GETFL;
}

long az_sys_fcntl(int fd, int command, unsigned long arg)
{
    struct az_fd_entry *entry = az_fd_entry(fd);
    if (!entry || ((entry->file->flags & O_PATH) && !allowed_on_path(command)))
        return -EBADF;
    struct az_file *file = entry->file;
    switch (command) {
    case F_DUPFD:
        return duplicate(file, arg, 0);
    case F_DUPFD_CLOEXEC:
        return duplicate(file, arg, FD_CLOEXEC);
    case F_GETFD:
        return (long)entry->flags;
    case F_SETFD:
        entry->flags = arg & FD_CLOEXEC;
        return 0;
    case F_GETFL:
        return (long)file->flags;
    case F_SETFL:
        file->flags = (file->flags & ~(uint32_t)CHANGEABLE_FLAGS) | (uint32_t)(arg & CHANGEABLE_FLAGS);
        return 0;
    case F_GETLK:
    case F_SETLK:
    case F_SETLKW:
        return lock(file, command, (struct flock *)arg);
    default:
        return -EINVAL;
    }
}
