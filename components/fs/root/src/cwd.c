/* The working directory: "/" until chdir says otherwise. */
#include <az/self.h>

#include <errno.h>
#include <limits.h>
#include <string.h>

#include <az/heap.h>
#include <az/user.h>

#include "cwd.h"
#include "root.h"

static struct az_node *directory; /* NULL: the root */

struct az_node *az_cwd_get(void)
{
    if (!directory)
        return az_root_get();
    az_node_ref(directory);
    return directory;
}

/* Takes over the reference. */
static long change_to(struct az_node *node)
{
    if (!az_node_is_directory(node)) {
        az_node_unref(node);
        return -ENOTDIR;
    }
    if (directory)
        az_node_unref(directory);
    directory = node;
    return 0;
}

long az_sys_chdir(const char *path)
{
    struct walk walk;
    int error = az_user_walk(&walk, AT_FDCWD, path, WALK_FOLLOW);
    return error ? error : change_to(walk.node);
}

long az_sys_fchdir(int fd)
{
    struct az_node *node;
    int error = az_node_of_fd(fd, -ENOTDIR, &node);
    return error ? error : change_to(node);
}

/* The length with its NUL, as Linux answers. */
long az_sys_getcwd(char *buf, size_t size)
{
    char *path = az_heap_alloc(PATH_MAX);
    if (!path)
        return -ENOMEM;
    struct az_node *node = az_cwd_get();
    long result = node->ops->path(node, path, PATH_MAX);
    az_node_unref(node);
    if (!result) {
        const size_t bytes = strlen(path) + 1;
        result = bytes > size ? -ERANGE : az_user_copy_out(buf, path, bytes) ? -EFAULT : (long)bytes;
    }
    az_heap_free(path, PATH_MAX);
    return result;
}
