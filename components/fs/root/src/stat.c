/* The stat family, access and readlink: asking about what a path leads to. */
#include <az/self.h>

#include <errno.h>
#include <limits.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <az/heap.h>
#include <az/process.h>
#include <az/user.h>

#include "root.h"

#define NS_PER_S 1000000000
#define SYNC_TYPES 0x6000 /* AT_STATX_SYNC_TYPE */
#define MASK_RESERVED 0x80000000u

#define BASIC_STATS 0x7ffu

/* As statx writes it, from <linux/stat.h>, which libc does not repeat. */
struct linux_timestamp {
    int64_t seconds;
    uint32_t ns;
    int32_t reserved;
};
struct linux_statx {
    uint32_t mask, block_bytes;
    uint64_t attributes;
    uint32_t links, uid, gid;
    uint16_t mode, spare;
    uint64_t inode, bytes, blocks, attributes_mask;
    struct linux_timestamp accessed, born, changed, modified;
    uint32_t special_major, special_minor, device_major, device_minor;
    uint64_t spares[14];
};
_Static_assert(sizeof(struct linux_statx) == 256, "as Linux's struct statx");

static int stat_path(struct az_stat *out, int dir_fd, const char *path, bool follow)
{
    struct walk walk;
    int error = az_user_walk(&walk, dir_fd, path, follow ? WALK_FOLLOW : 0);
    if (error)
        return error;
    error = az_node_stat(walk.node, out);
    az_walk_end(&walk);
    return error;
}

static int stat_fd(struct az_stat *out, int fd)
{
    struct az_file *file;
    if (fd == AT_FDCWD) {
        struct az_node *node;
        int error = az_start_of(fd, &node);
        if (error)
            return error;
        error = az_node_stat(node, out);
        az_node_unref(node);
        return error;
    }
    if (az_fd_get(fd, &file))
        return -EBADF;
    int error = az_file_stat(file, out);
    az_file_unref(file);
    return error;
}

/* With AT_EMPTY_PATH an empty path means the descriptor itself. */
static int stat_at(struct az_stat *out, int dir_fd, const char *path, int flags)
{
    char first;
    if (flags & AT_EMPTY_PATH) {
        if (az_user_get(&first, path))
            return -EFAULT;
        if (first == '\0')
            return stat_fd(out, dir_fd);
    }
    return stat_path(out, dir_fd, path, !(flags & AT_SYMLINK_NOFOLLOW));
}

long az_sys_newfstatat(int dir_fd, const char *path, struct stat *out, int flags)
{
    struct az_stat stat;
    if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH))
        return -EINVAL;
    int error = stat_at(&stat, dir_fd, path, flags);
    return error ? error : az_stat_put(out, &stat);
}

long az_sys_stat(const char *path, struct stat *out)
{
    return az_sys_newfstatat(AT_FDCWD, path, out, 0);
}

long az_sys_lstat(const char *path, struct stat *out)
{
    return az_sys_newfstatat(AT_FDCWD, path, out, AT_SYMLINK_NOFOLLOW);
}

static struct linux_timestamp timestamp(az_time time)
{
    return (struct linux_timestamp){.seconds = time / NS_PER_S, .ns = (uint32_t)(time % NS_PER_S)};
}

long az_sys_statx(int dir_fd, const char *path, int flags, unsigned int mask, struct statx *out)
{
    struct az_stat stat;
    const int known = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH | SYNC_TYPES;
    if ((flags & ~known) || (flags & SYNC_TYPES) == SYNC_TYPES || (mask & MASK_RESERVED))
        return -EINVAL;
    int error = stat_at(&stat, dir_fd, path, flags);
    if (error)
        return error;
    const struct linux_statx filled = {
        .mask = BASIC_STATS,
        .block_bytes = AZ_STAT_BLOCK_BYTES,
        .links = stat.links,
        .uid = stat.uid,
        .gid = stat.gid,
        .mode = (uint16_t)stat.mode,
        .inode = stat.inode,
        .bytes = (uint64_t)stat.bytes,
        .blocks = ((uint64_t)stat.bytes + 511) / 512,
        .accessed = timestamp(stat.accessed),
        .changed = timestamp(stat.changed),
        .modified = timestamp(stat.modified),
        .special_major = major(stat.special_device),
        .special_minor = minor(stat.special_device),
        .device_major = major(stat.device),
        .device_minor = minor(stat.device),
    };
    return az_user_copy_out(out, &filled, sizeof(filled));
}

/* -- access ---------------------------------------------------------------------------------------------- */

/* Root's rules: it may do all but write to what cannot be written and run what nobody may run. */
static int allowed(const struct az_node *node, int mode)
{
    if ((mode & W_OK) && S_ISREG(node->mode) && !node->ops->writev)
        return -EROFS;
    if ((mode & W_OK) && az_node_is_directory(node) && !node->ops->create)
        return -EROFS;
    if ((mode & X_OK) && !S_ISDIR(node->mode) && !(node->mode & 0111))
        return -EACCES;
    return 0;
}

long az_sys_faccessat2(int dir_fd, const char *path, int mode, int flags)
{
    struct walk walk;
    if ((mode & ~(R_OK | W_OK | X_OK)) || (flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)))
        return -EINVAL;
    int error = az_user_walk(&walk, dir_fd, path, flags & AT_SYMLINK_NOFOLLOW ? 0 : WALK_FOLLOW);
    if (error)
        return error;
    error = allowed(walk.node, mode);
    az_walk_end(&walk);
    return error;
}

long az_sys_faccessat(int dir_fd, const char *path, int mode)
{
    return az_sys_faccessat2(dir_fd, path, mode, 0);
}

long az_sys_access(const char *path, int mode)
{
    return az_sys_faccessat2(AT_FDCWD, path, mode, 0);
}

/* -- readlink -------------------------------------------------------------------------------------------- */

static long read_link(struct az_node *node, char *user, size_t size)
{
    if (!node->ops->readlink)
        return -EINVAL;
    char *target = az_heap_alloc(PATH_MAX);
    if (!target)
        return -ENOMEM;
    long length = node->ops->readlink(node, target, AZ_MIN(size, (size_t)PATH_MAX));
    if (length > 0 && az_user_copy_out(user, target, (size_t)length))
        length = -EFAULT;
    az_heap_free(target, PATH_MAX);
    return length;
}

long az_sys_readlinkat(int dir_fd, const char *path, char *buf, size_t size)
{
    struct walk walk;
    if ((ssize_t)size <= 0)
        return -EINVAL;
    int error = az_user_walk(&walk, dir_fd, path, 0);
    if (error)
        return error;
    long result = read_link(walk.node, buf, size);
    az_walk_end(&walk);
    return result;
}

long az_sys_readlink(const char *path, char *buf, size_t size)
{
    return az_sys_readlinkat(AT_FDCWD, path, buf, size);
}
