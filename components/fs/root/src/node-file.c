/* Open files over nodes: plain ones with a position, directories to list, and O_PATH references. */
#include "root.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include <az/heap.h>
#include <az/user.h>

struct node_file {
    struct az_file file; /* first; a directory's position is the cursor plus 2: "." and ".." come first */
    struct az_node *node;
};

/* As getdents64 writes them, names following. */
struct linux_dirent64 {
    uint64_t inode;
    int64_t next;
    uint16_t length;
    uint8_t type;
    char name[];
} __attribute__((packed));

static struct az_node *node_of(struct az_file *file)
{
    return AZ_CONTAINER_OF(file, struct node_file, file)->node;
}

static int describe(struct az_file *file, struct az_stat *out)
{
    return az_node_stat(node_of(file), out);
}

static void close_node(struct az_file *file)
{
    az_node_unref(node_of(file));
    az_heap_free(file, sizeof(struct node_file));
}

/* -- Plain files ----------------------------------------------------------------------------------------- */

static int64_t size_of(struct az_node *node)
{
    struct az_stat stat;
    return az_node_stat(node, &stat) ? 0 : stat.bytes;
}

static ssize_t read_node(struct az_file *file, const struct iovec *iov, int count, int64_t at)
{
    struct az_node *node = node_of(file);
    if (!node->ops->readv)
        return -EINVAL;
    if (at != AZ_FILE_POSITION)
        return node->ops->readv(node, iov, count, at);
    ssize_t done = node->ops->readv(node, iov, count, file->position);
    file->position += AZ_MAX(done, 0);
    return done;
}

static ssize_t write_node(struct az_file *file, const struct iovec *iov, int count, int64_t at)
{
    struct az_node *node = node_of(file);
    if (!node->ops->writev)
        return -EINVAL;
    const bool appends = file->flags & O_APPEND; /* on Linux pwrite appends too then */
    const int64_t from = appends ? size_of(node) : at == AZ_FILE_POSITION ? file->position : at;
    ssize_t done = node->ops->writev(node, iov, count, from);
    if (at == AZ_FILE_POSITION && done > 0)
        file->position = from + done;
    return done;
}

static int64_t seek_node(struct az_file *file, int64_t offset, int whence)
{
    return az_file_seek_within(file, size_of(node_of(file)), offset, whence);
}

static const struct az_file_ops plain_ops = {
    .readv = AZ_FILE_READS ? read_node : NULL,
    .writev = AZ_FILE_WRITES ? write_node : NULL,
    .seek = AZ_FILE_SEEKS ? seek_node : NULL,
    .stat = AZ_FILE_STATS ? describe : NULL,
    .node = node_of,
    .close = close_node,
};

/* -- Directories ----------------------------------------------------------------------------------------- */

static uint64_t parent_inode(struct az_node *node)
{
    struct az_node *parent;
    if (node->ops->parent(node, &parent))
        return node->inode;
    const uint64_t inode = parent->inode;
    az_node_unref(parent);
    return inode;
}

/* The entry at `*position`, which moves. */
static int next_entry(struct az_node *node, int64_t *position, struct az_dir_entry *out)
{
    if (*position < 2) {
        const bool self = *position == 0;
        *out = (struct az_dir_entry){self ? node->inode : parent_inode(node), S_IFDIR, "."};
        if (!self)
            out->name[1] = '.';
        ++*position;
        return 0;
    }
    uint64_t cursor = (uint64_t)*position - 2;
    int error = node->ops->entry(node, &cursor, out);
    if (!error)
        *position = (int64_t)cursor + 2;
    return error;
}

static ssize_t list(struct az_file *file, void *user_out, size_t bytes)
{
    struct az_node *node = node_of(file);
    size_t done = 0;
    for (;;) {
        struct az_dir_entry entry;
        int64_t position = file->position;
        int error = next_entry(node, &position, &entry);
        if (error)
            return done > 0 || error == -ENOENT ? (ssize_t)done : error;
        const size_t name_bytes = strlen(entry.name) + 1;
        const size_t length = AZ_ROUND_UP(sizeof(struct linux_dirent64) + name_bytes, (size_t)8);
        if (length > bytes - done)
            return done > 0 ? (ssize_t)done : -EINVAL;
        const struct linux_dirent64 head = {entry.inode, position, (uint16_t)length, (uint8_t)(entry.type >> 12)};
        char *to = (char *)user_out + done;
        if (az_user_copy_out(to, &head, sizeof(head)) || az_user_copy_out(to + sizeof(head), entry.name, name_bytes))
            return done > 0 ? (ssize_t)done : -EFAULT;
        file->position = position;
        done += length;
    }
}

static int64_t seek_directory(struct az_file *file, int64_t offset, int whence)
{
    return az_file_seek_within(file, 0, offset, whence);
}

static const struct az_file_ops directory_ops = {
    .entries = AZ_ON(SYS_getdents64) ? list : NULL,
    .seek = AZ_FILE_SEEKS ? seek_directory : NULL,
    .stat = AZ_FILE_STATS ? describe : NULL,
    .node = node_of,
    .close = close_node,
};

int az_node_file_create(struct az_node *node, uint32_t flags, struct az_file **out)
{
    struct node_file *opened = az_heap_alloc(sizeof(*opened));
    if (!opened)
        return -ENOMEM;
    az_file_init(&opened->file, az_node_is_directory(node) ? &directory_ops : &plain_ops, flags);
    az_node_ref(node);
    opened->node = node;
    *out = &opened->file;
    return 0;
}
