/* /dev/tty: the terminal, for both directions, when there is one. */
#include "device.h"

#include <errno.h>

#include <az/heap.h>
#include <az/process.h>

static ssize_t read_terminal(struct az_file *file, const struct iovec *iov, int count, int64_t at)
{
    return az_stdin.ops->readv(file, iov, count, at);
}

static ssize_t write_terminal(struct az_file *file, const struct iovec *iov, int count, int64_t at)
{
    return az_stdout.ops->writev(file, iov, count, at);
}

static int control(struct az_file *file, unsigned long request, unsigned long argument)
{
    return az_stdin.ops->ioctl(file, request, argument);
}

static void close_terminal(struct az_file *file)
{
    az_heap_free(file, sizeof(*file));
}

static const struct az_file_ops ops = {
    .readv = AZ_FILE_READS ? read_terminal : NULL,
    .writev = AZ_FILE_WRITES ? write_terminal : NULL,
    .ioctl = AZ_ON(SYS_ioctl) ? control : NULL,
    .close = close_terminal,
};

static int open_terminal(AZ_UNUSED struct az_node *node, uint32_t flags, struct az_file **out)
{
    if (!az_stdio_is_terminal())
        return -ENXIO;
    struct az_file *file = az_heap_alloc(sizeof(*file));
    if (!file)
        return -ENOMEM;
    az_file_init(file, &ops, flags);
    *out = file;
    return 0;
}

static int describe(AZ_UNUSED struct az_node *node, struct az_stat *out)
{
    out->special_device = 5 << 8;
    return 0;
}

static const struct az_node_ops node_ops = {
    .open = open_terminal,
    .stat = AZ_FILE_STATS ? describe : NULL,
};

struct device az_dev_tty = {.node = {&node_ops, 1, S_IFCHR | 0666, 10, DEV_DEVICE}, .major = 5};
