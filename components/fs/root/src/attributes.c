/* Sizes, permissions, owners, times; and what there is to say of a file system. */
#include <az/self.h>

#include <errno.h>
#include <sys/statfs.h>
#include <sys/time.h>
#include <utime.h>

#include <az/clock.h>
#include <az/pages.h>
#include <az/process.h>
#include <az/user.h>

#include "root.h"

#define NS_PER_S 1000000000
#define US_PER_S 1000000
#define UNCHANGED UINT32_MAX
#define MAGIC 0x858458f6 /* RAMFS_MAGIC: what these trees are nearest to */

static long change(struct az_node *node, const struct az_node_change *wanted)
{
    return node->ops->change ? node->ops->change(node, wanted) : -EROFS;
}

static long change_path(int dir_fd, const char *path, bool follow, const struct az_node_change *wanted)
{
    struct walk walk;
    long error = az_user_walk(&walk, dir_fd, path, follow ? WALK_FOLLOW : 0);
    if (error)
        return error;
    error = change(walk.node, wanted);
    az_walk_end(&walk);
    return error;
}

/* Files outside the tree (pipes, sockets) have nobody to ask and take any change. */
static long change_fd(int fd, const struct az_node_change *wanted)
{
    struct az_node *node;
    long error = az_node_of_fd(fd, 0, &node);
    if (error || !node)
        return error;
    error = change(node, wanted);
    az_node_unref(node);
    return error;
}

/* -- Permissions and owners ------------------------------------------------------------------------------ */

long az_sys_fchmodat(int dir_fd, const char *path, mode_t mode)
{
    return change_path(dir_fd, path, true, &(struct az_node_change){.sets_mode = true, .mode = mode & 07777u});
}

long az_sys_chmod(const char *path, mode_t mode)
{
    return az_sys_fchmodat(AT_FDCWD, path, mode);
}

long az_sys_fchmod(int fd, mode_t mode)
{
    return change_fd(fd, &(struct az_node_change){.sets_mode = true, .mode = mode & 07777u});
}

static struct az_node_change owner_change(uid_t owner, gid_t group)
{
    return (struct az_node_change){
        .sets_owner = owner != UNCHANGED, .sets_group = group != UNCHANGED, .owner = owner, .group = group};
}

long az_sys_fchownat(int dir_fd, const char *path, uid_t owner, gid_t group, int flags)
{
    const struct az_node_change wanted = owner_change(owner, group);
    char first;
    if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
        return -EINVAL;
    if ((flags & AT_EMPTY_PATH) && az_user_get(&first, path) == 0 && first == '\0')
        return change_fd(dir_fd, &wanted);
    return change_path(dir_fd, path, !(flags & AT_SYMLINK_NOFOLLOW), &wanted);
}

long az_sys_chown(const char *path, uid_t owner, gid_t group)
{
    return az_sys_fchownat(AT_FDCWD, path, owner, group, 0);
}

long az_sys_lchown(const char *path, uid_t owner, gid_t group)
{
    return az_sys_fchownat(AT_FDCWD, path, owner, group, AT_SYMLINK_NOFOLLOW);
}

long az_sys_fchown(int fd, uid_t owner, gid_t group)
{
    const struct az_node_change wanted = owner_change(owner, group);
    return change_fd(fd, &wanted);
}

/* -- Times ----------------------------------------------------------------------------------------------- */

static int read_time(const struct timespec *time, bool *sets, az_time *out)
{
    *sets = time->tv_nsec != UTIME_OMIT;
    if (!*sets)
        return 0;
    if (time->tv_nsec != UTIME_NOW && (time->tv_nsec < 0 || time->tv_nsec >= NS_PER_S))
        return -EINVAL;
    *out = time->tv_nsec == UTIME_NOW ? az_clock_wall() : AZ_SECONDS(time->tv_sec) + time->tv_nsec;
    return 0;
}

static long set_times(int dir_fd, const char *path, const struct timespec times[2], int flags)
{
    struct az_node_change wanted = {0};
    if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
        return -EINVAL;
    if (read_time(&times[0], &wanted.sets_accessed, &wanted.accessed) ||
        read_time(&times[1], &wanted.sets_modified, &wanted.modified))
        return -EINVAL;
    if (!path)
        return change_fd(dir_fd, &wanted);
    return change_path(dir_fd, path, !(flags & AT_SYMLINK_NOFOLLOW), &wanted);
}

static const struct timespec both_now[2] = {{.tv_nsec = UTIME_NOW}, {.tv_nsec = UTIME_NOW}};

long az_sys_utimensat(int dir_fd, const char *path, const struct timespec *times, int flags)
{
    struct timespec given[2];
    if (!times)
        return set_times(dir_fd, path, both_now, flags);
    return az_user_copy_in(given, times, sizeof(given)) ? -EFAULT : set_times(dir_fd, path, given, flags);
}

long az_sys_futimesat(int dir_fd, const char *path, const struct timeval *times)
{
    struct timeval given[2];
    struct timespec wanted[2];
    if (!times)
        return set_times(dir_fd, path, both_now, 0);
    if (az_user_copy_in(given, times, sizeof(given)))
        return -EFAULT;
    for (int i = 0; i < 2; i++) {
        if (given[i].tv_usec < 0 || given[i].tv_usec >= US_PER_S)
            return -EINVAL;
        wanted[i] = (struct timespec){.tv_sec = given[i].tv_sec, .tv_nsec = (long)given[i].tv_usec * 1000};
    }
    return set_times(dir_fd, path, wanted, 0);
}

long az_sys_utimes(const char *path, const struct timeval *times)
{
    return az_sys_futimesat(AT_FDCWD, path, times);
}

long az_sys_utime(const char *path, const struct utimbuf *times)
{
    struct utimbuf given;
    if (!times)
        return set_times(AT_FDCWD, path, both_now, 0);
    if (az_user_get(&given, times))
        return -EFAULT;
    const struct timespec wanted[2] = {{.tv_sec = given.actime}, {.tv_sec = given.modtime}};
    return set_times(AT_FDCWD, path, wanted, 0);
}

/* -- Sizes ----------------------------------------------------------------------------------------------- */

static long truncate_node(struct az_node *node, int64_t length)
{
    if (az_node_is_directory(node))
        return -EISDIR;
    if (!S_ISREG(node->mode))
        return -EINVAL;
    return node->ops->truncate ? node->ops->truncate(node, length) : -EROFS;
}

long az_sys_truncate(const char *path, int64_t length)
{
    struct walk walk;
    if (length < 0)
        return -EINVAL;
    long error = az_user_walk(&walk, AT_FDCWD, path, WALK_FOLLOW);
    if (error)
        return error;
    error = truncate_node(walk.node, length);
    az_walk_end(&walk);
    return error;
}

long az_sys_ftruncate(int fd, int64_t length)
{
    struct az_file *file;
    if (length < 0)
        return -EINVAL;
    if (az_fd_get(fd, &file))
        return -EBADF;
    struct az_node *node = file->ops->node ? file->ops->node(file) : NULL;
    long error = file->flags & O_PATH ? -EBADF : -EINVAL;
    if (node && az_file_writable(file) && !az_node_is_directory(node))
        error = truncate_node(node, length);
    az_file_unref(file);
    return error;
}

/* -- Written back already -------------------------------------------------------------------------------- */

/* Everything is in memory, which is where it stays. */
long az_sys_fsync(int fd)
{
    struct az_node *node;
    long error = az_node_of_fd(fd, -EINVAL, &node);
    if (error)
        return error;
    error = S_ISREG(node->mode) || az_node_is_directory(node) ? 0 : -EINVAL;
    az_node_unref(node);
    return error;
}

long az_sys_fdatasync(int fd)
{
    return az_sys_fsync(fd);
}

long az_sys_sync(void)
{
    return 0;
}

/* -- statfs ---------------------------------------------------------------------------------------------- */

static long put_statfs(struct statfs *user)
{
    struct az_pages_stats pages;
    az_pages_stats(&pages);
    struct statfs filled = {
        .f_type = MAGIC,
        .f_bsize = AZ_PAGE_BYTES,
        .f_frsize = AZ_PAGE_BYTES,
        .f_blocks = pages.total,
        .f_bfree = pages.free,
        .f_bavail = pages.free,
        .f_namelen = AZ_NAME_BYTES - 1,
    };
    return az_user_put(user, &filled);
}

long az_sys_statfs(const char *path, struct statfs *out)
{
    struct walk walk;
    long error = az_user_walk(&walk, AT_FDCWD, path, WALK_FOLLOW);
    if (error)
        return error;
    az_walk_end(&walk);
    return put_statfs(out);
}

long az_sys_fstatfs(int fd, struct statfs *out)
{
    struct az_file *file;
    if (az_fd_get(fd, &file))
        return -EBADF;
    az_file_unref(file);
    return put_statfs(out);
}
