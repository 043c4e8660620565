#include <az/vfs.h>

void az_node_ref(struct az_node *node)
{
    node->references++;
}

void az_node_unref(struct az_node *node)
{
    AZ_ASSERT(node->references > 0);
    if (--node->references == 0 && node->ops->release)
        node->ops->release(node);
}

int az_node_stat(struct az_node *node, struct az_stat *out)
{
    *out = (struct az_stat){
        .device = node->device, .inode = node->inode, .mode = node->mode, .links = S_ISDIR(node->mode) ? 2 : 1};
    return node->ops->stat ? node->ops->stat(node, out) : 0;
}
