/* Embedded files: a node for one is made when a path leads to it. */
#include <az/self.h>

#include <errno.h>

#include <az/embed.h>
#include <az/heap.h>
#include <az/vfs.h>

#define EMBED_DEVICE 4

/* A node's inode is the file's index in the table plus 1. */
static const struct az_embedded_file *file_of(const struct az_node *node)
{
    return &az_embedded_files[node->inode - 1];
}

static ssize_t read_embedded(struct az_node *node, const struct iovec *iov, int count, int64_t at)
{
    const struct az_embedded_file *file = file_of(node);
    if (at >= (int64_t)file->length)
        return 0;
    return az_iov_copy_out(iov, count, 0, file->bytes + at, file->length - (size_t)at);
}

static int describe(struct az_node *node, struct az_stat *out)
{
    out->bytes = (int64_t)file_of(node)->length;
    return 0;
}

static void release(struct az_node *node)
{
    az_heap_free(node, sizeof(*node));
}

static const struct az_node_ops ops = {
    .readv = AZ_FILE_READS ? read_embedded : NULL,
    .stat = describe,
    .release = release,
};

static const char *path_of(uint32_t index)
{
    return az_embedded_files[index].path;
}

static int node_of(uint32_t index, struct az_node **out)
{
    struct az_node *made = az_heap_alloc(sizeof(*made));
    if (!made)
        return -ENOMEM;
    *made = (struct az_node){&ops, 1, S_IFREG | 0444, index + 1, EMBED_DEVICE};
    *out = made;
    return 0;
}

int az_embed_init(void)
{
    static struct az_tree tree = {.path = path_of, .node = node_of};
    tree.count = az_embedded_file_count;
    az_tree_add(&tree);
    return 0;
}
