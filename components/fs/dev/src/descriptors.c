/* /dev/fd and /dev/stdin, /dev/stdout, /dev/stderr: opening a descriptor again. */
#include "device.h"

#include <errno.h>

#include <az/heap.h>
#include <az/log.h>
#include <az/process.h>

#define FIRST_INODE 1000u

struct fd_node {
    struct az_node node; /* first */
    int fd;
};

static int open_again(struct az_node *node, AZ_UNUSED uint32_t flags, struct az_file **out)
{
    return az_fd_get(AZ_CONTAINER_OF(node, struct fd_node, node)->fd, out) ? -ENOENT : 0;
}

static int describe(struct az_node *node, struct az_stat *out)
{
    struct az_file *file;
    if (az_fd_get(AZ_CONTAINER_OF(node, struct fd_node, node)->fd, &file))
        return -ENOENT;
    int error = az_file_stat(file, out);
    az_file_unref(file);
    return error;
}

static void release(struct az_node *node)
{
    az_heap_free(node, sizeof(struct fd_node));
}

static const struct az_node_ops fd_ops = {
    .open = open_again,
    .stat = AZ_FILE_STATS ? describe : NULL,
    .release = release,
};

int az_dev_fd_node(uint32_t fd, struct az_node **out)
{
    struct fd_node *node = az_heap_alloc(sizeof(*node));
    if (!node)
        return -ENOMEM;
    *node = (struct fd_node){.node = {&fd_ops, 1, S_IFCHR | 0600, FIRST_INODE + fd, DEV_DEVICE}, .fd = (int)fd};
    *out = &node->node;
    return 0;
}

static bool is_open(uint32_t fd)
{
    const struct az_process *process = az_process_current();
    return fd < process->fd_slots && process->fds[fd].file;
}

static int lookup(AZ_UNUSED struct az_node *dir, const char *name, size_t length, struct az_node **out)
{
    uint32_t fd = 0;
    for (size_t i = 0; i < length; i++) {
        if (name[i] < '0' || name[i] > '9' || (i == 0 && length > 1 && name[i] == '0') || i > 7)
            return -ENOENT;
        fd = fd * 10 + (uint32_t)(name[i] - '0');
    }
    return is_open(fd) ? az_dev_fd_node(fd, out) : -ENOENT;
}

static int parent(AZ_UNUSED struct az_node *dir, struct az_node **out)
{
    return az_path_find("/dev", out);
}

static int path_of(AZ_UNUSED struct az_node *dir, char *out, size_t bytes)
{
    return az_format(out, bytes, "/dev/fd") < bytes ? 0 : -ERANGE;
}

static int entry(AZ_UNUSED struct az_node *dir, uint64_t *cursor, struct az_dir_entry *out)
{
    uint32_t fd = (uint32_t)*cursor;
    while (fd < az_process_current()->fd_slots && !is_open(fd))
        fd++;
    if (!is_open(fd))
        return -ENOENT;
    out->inode = FIRST_INODE + fd;
    out->type = S_IFCHR;
    (void)az_format(out->name, sizeof(out->name), "%u", fd);
    *cursor = (uint64_t)fd + 1;
    return 0;
}

static const struct az_node_ops directory_ops = {
    .lookup = lookup,
    .parent = parent,
    .path = path_of,
    .entry = entry,
};

struct az_node az_dev_fd_directory = {&directory_ops, 1, S_IFDIR | 0555, FIRST_INODE - 1, DEV_DEVICE};
