/* Paths as system calls are given them. */
#include "root.h"

#include <errno.h>
#include <limits.h>

#include <az/heap.h>
#include <az/process.h>
#include <az/user.h>

#include "cwd.h"

int az_user_path_get(char **out, const char *user)
{
    *out = az_heap_alloc(PATH_MAX);
    if (!*out)
        return -ENOMEM;
    long length = az_user_string_in(*out, user, PATH_MAX);
    if (length >= 0)
        return 0;
    az_user_path_free(*out);
    *out = NULL;
    return (int)length;
}

void az_user_path_free(char *path)
{
    az_heap_free(path, PATH_MAX);
}

int az_node_of_fd(int fd, int error, struct az_node **out)
{
    struct az_file *file;
    if (az_fd_get(fd, &file))
        return -EBADF;
    *out = file->ops->node ? file->ops->node(file) : NULL;
    if (*out)
        az_node_ref(*out);
    az_file_unref(file);
    return *out ? 0 : error;
}

int az_start_of(int dir_fd, struct az_node **out)
{
    if (dir_fd == AT_FDCWD) {
        *out = az_cwd_get();
        return 0;
    }
    return az_node_of_fd(dir_fd, -ENOTDIR, out);
}

int az_user_walk(struct walk *out, int dir_fd, const char *user_path, unsigned flags)
{
    char *path;
    struct az_node *start;
    out->node = out->parent = NULL;
    int error = az_user_path_get(&path, user_path);
    if (error)
        return error;
    if (*path == '/') /* then dir_fd is not looked at */
        start = az_root_get();
    else
        error = *path ? az_start_of(dir_fd, &start) : -ENOENT;
    if (!error) {
        error = az_walk(out, start, path, flags);
        az_node_unref(start);
    }
    az_user_path_free(path);
    return error;
}
