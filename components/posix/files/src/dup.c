/* Making and ending descriptors: dup, dup2, dup3, close, close_range. */
#include <az/self.h>

#include <errno.h>

#include <az/process.h>

#include "process.h"

/* From <linux/close_range.h>, which libc does not repeat. */
#define RANGE_CLOEXEC 4u
#define RANGE_UNSHARE 2u

long az_sys_close(int fd)
{
    return az_fd_close(fd);
}

long az_sys_dup(int fd)
{
    struct az_file *file;
    if (az_fd_get(fd, &file))
        return -EBADF;
    int result = az_fd_add(file, 0, 0);
    if (result < 0)
        az_file_unref(file);
    return result;
}

static long dup_to(int fd, int new_fd, uint32_t fd_flags)
{
    struct az_file *file;
    if (az_fd_get(fd, &file))
        return -EBADF;
    int error = az_fd_replace(new_fd, file, fd_flags);
    if (error)
        az_file_unref(file);
    return error ? error : new_fd;
}

long az_sys_dup2(int fd, int new_fd)
{
    if (fd == new_fd)
        return az_fd_entry(fd) ? fd : -EBADF;
    return dup_to(fd, new_fd, 0);
}

long az_sys_dup3(int fd, int new_fd, int flags)
{
    if ((flags & ~O_CLOEXEC) || fd == new_fd)
        return -EINVAL;
    return dup_to(fd, new_fd, flags & O_CLOEXEC ? FD_CLOEXEC : 0);
}

long az_sys_close_range(unsigned int first, unsigned int last, unsigned int flags)
{
    if ((flags & ~(RANGE_CLOEXEC | RANGE_UNSHARE)) || first > last)
        return -EINVAL;
    uint32_t end = AZ_MIN(last, az_process_current()->fd_slots - 1);
    for (uint32_t fd = first; fd <= end; fd++) {
        struct az_fd_entry *entry = az_fd_entry((int)fd);
        if (!entry)
            continue;
        if (flags & RANGE_CLOEXEC)
            entry->flags |= FD_CLOEXEC;
        else
            (void)az_fd_close((int)fd);
    }
    return 0;
}
