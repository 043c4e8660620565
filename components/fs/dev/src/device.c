#include "device.h"

#include <errno.h>

#include <az/heap.h>

struct device_file {
    struct az_file file; /* first */
    struct device *device;
};

static int open_device(struct az_node *node, uint32_t flags, struct az_file **out)
{
    struct device_file *opened = az_heap_alloc(sizeof(*opened));
    if (!opened)
        return -ENOMEM;
    opened->device = AZ_CONTAINER_OF(node, struct device, node);
    az_file_init(&opened->file, opened->device->ops, flags);
    *out = &opened->file;
    return 0;
}

static int describe(struct az_node *node, struct az_stat *out)
{
    const struct device *device = AZ_CONTAINER_OF(node, struct device, node);
    out->special_device = (uint64_t)device->major << 8 | device->minor; /* makedev() of numbers below 256 */
    return 0;
}

const struct az_node_ops az_device_node_ops = {
    .open = open_device,
    .stat = AZ_FILE_STATS ? describe : NULL,
};

struct az_node *az_device_node(struct az_file *file)
{
    return &AZ_CONTAINER_OF(file, struct device_file, file)->device->node;
}

int az_device_stat(struct az_file *file, struct az_stat *out)
{
    return az_node_stat(az_device_node(file), out);
}

void az_device_close(struct az_file *file)
{
    az_heap_free(file, sizeof(struct device_file));
}
