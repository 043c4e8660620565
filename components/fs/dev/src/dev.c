/* The names in /dev. */
#include <az/self.h>

#include "device.h"

struct name {
    const char *path;
    struct az_node *node; /* NULL: the descriptor */
    uint32_t fd;
};

static const struct name names[] = {
    {"/dev/fd", &az_dev_fd_directory, 0}, {"/dev/full", &az_dev_full.node, 0},     {"/dev/null", &az_dev_null.node, 0},
    {"/dev/random", &az_dev_random.node, 0}, {"/dev/stderr", NULL, 2},             {"/dev/stdin", NULL, 0},
    {"/dev/stdout", NULL, 1},             {"/dev/tty", &az_dev_tty.node, 0},       {"/dev/urandom", &az_dev_urandom.node, 0},
    {"/dev/zero", &az_dev_zero.node, 0},
};

static const char *path_of(uint32_t index)
{
    return names[index].path;
}

static int node_of(uint32_t index, struct az_node **out)
{
    if (!names[index].node)
        return az_dev_fd_node(names[index].fd, out);
    az_node_ref(names[index].node);
    *out = names[index].node;
    return 0;
}

static struct az_tree tree = {.count = AZ_ARRAY_LENGTH(names), .path = path_of, .node = node_of};

int az_dev_init(void)
{
    az_tree_add(&tree);
    return 0;
}
