/* Calls that make, remove and rename what is in directories. Trees that cannot change answer EROFS, once the path is right. */
#include <az/self.h>

#include <errno.h>

#include <az/process.h>

#include "root.h"

#define NO_REPLACE 1u /* RENAME_NOREPLACE of <linux/fs.h> */

static uint32_t masked(mode_t mode)
{
    return mode & 07777u & ~az_process_current()->umask;
}

/* Makes a node at a path where there is none. */
static long create(int dir_fd, const char *path, uint32_t mode, const char *target)
{
    struct walk walk;
    struct az_node *node;
    long error = az_user_walk(&walk, dir_fd, path, WALK_PARENT);
    if (error)
        return error;
    if (walk.node || !walk.parent)
        error = -EEXIST;
    else if (walk.slash && !S_ISDIR(mode))
        error = -ENOENT;
    else if (!walk.parent->ops->create)
        error = -EROFS;
    else
        error = walk.parent->ops->create(walk.parent, walk.name, walk.length, mode, target, &node);
    if (!error)
        az_node_unref(node);
    az_walk_end(&walk);
    return error;
}

long az_sys_mkdirat(int dir_fd, const char *path, mode_t mode)
{
    return create(dir_fd, path, S_IFDIR | (masked(mode) & 01777u), NULL);
}

long az_sys_mkdir(const char *path, mode_t mode)
{
    return az_sys_mkdirat(AT_FDCWD, path, mode);
}

/* Plain files only: nothing here can stand behind a device, a FIFO or a socket in a directory. */
long az_sys_mknodat(int dir_fd, const char *path, mode_t mode, AZ_UNUSED unsigned int device)
{
    const mode_t type = mode & S_IFMT;
    if (type == S_IFCHR || type == S_IFBLK || type == S_IFIFO || type == S_IFSOCK)
        return -EPERM;
    return type == 0 || type == S_IFREG ? create(dir_fd, path, S_IFREG | masked(mode), NULL) : -EINVAL;
}

long az_sys_mknod(const char *path, mode_t mode, unsigned int device)
{
    return az_sys_mknodat(AT_FDCWD, path, mode, device);
}

long az_sys_symlinkat(const char *target, int dir_fd, const char *path)
{
    char *copy;
    long error = az_user_path_get(&copy, target);
    if (error)
        return error;
    error = *copy ? create(dir_fd, path, S_IFLNK | 0777, copy) : -ENOENT;
    az_user_path_free(copy);
    return error;
}

long az_sys_symlink(const char *target, const char *path)
{
    return az_sys_symlinkat(target, AT_FDCWD, path);
}

static long remove_at(int dir_fd, const char *path, bool directory)
{
    struct walk walk;
    long error = az_user_walk(&walk, dir_fd, path, WALK_PARENT);
    if (error)
        return error;
    if (!walk.parent)
        error = directory ? -EBUSY : -EISDIR;
    else if (!walk.node)
        error = -ENOENT;
    else if (az_node_is_directory(walk.node) != directory)
        error = directory ? -ENOTDIR : -EISDIR;
    else if (walk.node->device != walk.parent->device && az_node_is_directory(walk.node))
        error = -EBUSY; /* another tree begins there */
    else if (!walk.parent->ops->remove)
        error = -EROFS;
    else
        error = walk.parent->ops->remove(walk.parent, walk.name, walk.length, directory);
    az_walk_end(&walk);
    return error;
}

long az_sys_unlinkat(int dir_fd, const char *path, int flags)
{
    return flags & ~AT_REMOVEDIR ? -EINVAL : remove_at(dir_fd, path, flags & AT_REMOVEDIR);
}

long az_sys_unlink(const char *path)
{
    return remove_at(AT_FDCWD, path, false);
}

long az_sys_rmdir(const char *path)
{
    return remove_at(AT_FDCWD, path, true);
}

static long rename_walked(const struct walk *from, const struct walk *to, bool replace)
{
    if (!from->parent || !to->parent)
        return -EBUSY;
    if (!from->node)
        return -ENOENT;
    if (from->parent->device != to->parent->device)
        return -EXDEV;
    if (to->node && !replace)
        return -EEXIST;
    if ((from->slash || to->slash) && !az_node_is_directory(from->node))
        return -ENOTDIR;
    if (!from->parent->ops->rename)
        return -EROFS;
    return from->parent->ops->rename(from->parent, from->name, from->length, to->parent, to->name, to->length, replace);
}

long az_sys_renameat2(int old_dir_fd, const char *old_path, int new_dir_fd, const char *new_path, unsigned int flags)
{
    struct walk from, to;
    if (flags & ~NO_REPLACE)
        return -EINVAL;
    long error = az_user_walk(&from, old_dir_fd, old_path, WALK_PARENT);
    if (error)
        return error;
    error = az_user_walk(&to, new_dir_fd, new_path, WALK_PARENT);
    if (!error) {
        error = rename_walked(&from, &to, !(flags & NO_REPLACE));
        az_walk_end(&to);
    }
    az_walk_end(&from);
    return error;
}

long az_sys_renameat(int old_dir_fd, const char *old_path, int new_dir_fd, const char *new_path)
{
    return az_sys_renameat2(old_dir_fd, old_path, new_dir_fd, new_path, 0);
}

long az_sys_rename(const char *old_path, const char *new_path)
{
    return az_sys_renameat2(AT_FDCWD, old_path, AT_FDCWD, new_path, 0);
}

static long link_walked(const struct walk *from, const struct walk *to)
{
    if (az_node_is_directory(from->node))
        return -EPERM;
    if (to->node || !to->parent)
        return -EEXIST;
    if (from->node->device != to->parent->device)
        return -EXDEV;
    if (to->slash)
        return -ENOENT;
    if (!from->node->ops->link)
        return -EROFS;
    return from->node->ops->link(from->node, to->parent, to->name, to->length);
}

long az_sys_linkat(int old_dir_fd, const char *old_path, int new_dir_fd, const char *new_path, int flags)
{
    struct walk from, to;
    if (flags & ~AT_SYMLINK_FOLLOW)
        return -EINVAL;
    long error = az_user_walk(&from, old_dir_fd, old_path, flags & AT_SYMLINK_FOLLOW ? WALK_FOLLOW : 0);
    if (error)
        return error;
    error = az_user_walk(&to, new_dir_fd, new_path, WALK_PARENT);
    if (!error) {
        error = link_walked(&from, &to);
        az_walk_end(&to);
    }
    az_walk_end(&from);
    return error;
}

long az_sys_link(const char *old_path, const char *new_path)
{
    return az_sys_linkat(AT_FDCWD, old_path, AT_FDCWD, new_path, 0);
}
