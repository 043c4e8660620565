/* open(2) and its family, and listing directories. */
#include <az/self.h>

#include <errno.h>
#include <string.h>

#include <az/process.h>
#include <az/user.h>

#include "root.h"

/* What the call is about rather than the file it returns. */
#define CALL_FLAGS ((uint32_t)(O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC))
/* O_TMPFILE without the O_DIRECTORY that libc puts with it. */
#define TMPFILE ((uint32_t)(O_TMPFILE & ~O_DIRECTORY))
#define KNOWN_FLAGS                                                                                \
    (CALL_FLAGS | TMPFILE |                                                                        \
     (uint32_t)(O_WRONLY | O_RDWR | O_APPEND | O_NONBLOCK | O_DSYNC | O_SYNC | O_ASYNC | O_DIRECT | \
                O_DIRECTORY | O_NOFOLLOW | O_NOATIME | O_PATH | LARGEFILE))

/* Linux sets it in every file that x86_64 opens; i386's libc asks for it. */
#define LARGEFILE 0100000u
#ifdef __x86_64__
#define ALWAYS LARGEFILE
#else
#define ALWAYS 0u
#endif

static bool writes(uint32_t flags)
{
    return flags & (O_WRONLY | O_RDWR);
}

static int create_missing(struct walk *walk, mode_t mode)
{
    if (walk->slash)
        return -EISDIR;
    if (!walk->parent->ops->create)
        return -EROFS;
    mode &= 07777u & ~az_process_current()->umask;
    return walk->parent->ops->create(walk->parent, walk->name, walk->length, S_IFREG | mode, NULL, &walk->node);
}

/* Whether the flags fit what was found. */
static int check(struct az_node *node, uint32_t flags)
{
    const bool directory = az_node_is_directory(node);
    if ((flags & O_CREAT) && (flags & O_EXCL))
        return -EEXIST;
    if (S_ISLNK(node->mode))
        return flags & O_PATH ? 0 : -ELOOP;
    if ((flags & O_DIRECTORY) && !directory)
        return -ENOTDIR;
    if (flags & O_PATH)
        return 0;
    if (flags & TMPFILE)
        return writes(flags) ? -EOPNOTSUPP : -EINVAL;
    if (directory)
        return writes(flags) || (flags & O_CREAT) ? -EISDIR : 0;
    if (S_ISREG(node->mode) && (writes(flags) || (flags & O_TRUNC)) && !node->ops->writev)
        return -EROFS;
    return 0;
}

static int open_node(struct az_node *node, uint32_t flags, struct az_file **out)
{
    if ((flags & O_TRUNC) && S_ISREG(node->mode) && node->ops->truncate) {
        int error = node->ops->truncate(node, 0);
        if (error)
            return error;
    }
    const uint32_t kept = (flags & ~CALL_FLAGS) | ALWAYS;
    if (node->ops->open && !(flags & O_PATH))
        return node->ops->open(node, kept, out);
    return az_node_file_create(node, kept, out);
}

static int open_path(int dir_fd, const char *path, uint32_t flags, mode_t mode, struct az_file **out)
{
    struct walk walk;
    const bool creates = (flags & O_CREAT) && !(flags & O_PATH);
    const bool follows = !(flags & O_NOFOLLOW) && !(creates && (flags & O_EXCL));
    int error = az_user_walk(&walk, dir_fd, path, (follows ? WALK_FOLLOW : 0) | (creates ? WALK_PARENT : 0));
    if (error)
        return error;
    error = walk.node ? check(walk.node, flags) : create_missing(&walk, mode);
    if (!error)
        error = open_node(walk.node, flags, out);
    az_walk_end(&walk);
    return error;
}

static long open_fd(int dir_fd, const char *path, uint32_t flags, mode_t mode)
{
    struct az_file *file;
    if (flags & O_PATH)
        flags &= O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int result = open_path(dir_fd, path, flags, mode, &file);
    if (result)
        return result;
    result = az_fd_add(file, 0, flags & O_CLOEXEC ? FD_CLOEXEC : 0);
    if (result < 0)
        az_file_unref(file);
    return result;
}

long az_sys_openat(int dir_fd, const char *path, int flags, mode_t mode)
{
    return AZ_RESTARTABLE(open_fd(dir_fd, path, (uint32_t)flags & KNOWN_FLAGS, mode));
}

long az_sys_open(const char *path, int flags, mode_t mode)
{
    return az_sys_openat(AT_FDCWD, path, flags, mode);
}

long az_sys_creat(const char *path, mode_t mode)
{
    return az_sys_openat(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

/* struct open_how of <linux/openat2.h>, and what its `resolve` may hold. */
struct how {
    uint64_t flags, mode, resolve;
};
#define RESOLVE_NO_MAGICLINKS 2u

/* Restrictions that no path here can break are granted; the others are not implemented. */
long az_sys_openat2(int dir_fd, const char *path, const void *how, size_t size)
{
    struct how wanted;
    if (size < sizeof(wanted))
        return -EINVAL;
    if (size > sizeof(wanted))
        return -E2BIG;
    if (az_user_copy_in(&wanted, how, sizeof(wanted)))
        return -EFAULT;
    const bool makes = wanted.flags & (O_CREAT | TMPFILE);
    if ((wanted.flags & ~(uint64_t)KNOWN_FLAGS) || (wanted.mode && !makes) || (wanted.mode & ~07777ull))
        return -EINVAL;
    if (wanted.resolve & ~(uint64_t)RESOLVE_NO_MAGICLINKS)
        return -EINVAL;
    return AZ_RESTARTABLE(open_fd(dir_fd, path, (uint32_t)wanted.flags, (mode_t)wanted.mode));
}

long az_sys_getdents64(int fd, void *entries, size_t count)
{
    struct az_file *file;
    if (az_fd_get(fd, &file))
        return -EBADF;
    long result = file->flags & O_PATH     ? -EBADF
                  : file->ops->entries ? file->ops->entries(file, entries, count)
                                       : -ENOTDIR;
    az_file_unref(file);
    return result;
}
