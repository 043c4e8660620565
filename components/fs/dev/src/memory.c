/* /dev/null, /dev/zero, /dev/full: the devices of Linux's mem driver. */
#include "device.h"

#include <errno.h>

#include <az/user.h>

static const uint8_t zeros[256];

static ssize_t read_nothing(AZ_UNUSED struct az_file *file, AZ_UNUSED const struct iovec *iov, AZ_UNUSED int count,
                            AZ_UNUSED int64_t at)
{
    return 0;
}

static ssize_t read_zeros(AZ_UNUSED struct az_file *file, const struct iovec *iov, int count, AZ_UNUSED int64_t at)
{
    const size_t wanted = az_iov_bytes(iov, count);
    size_t done = 0;
    while (done < wanted) {
        ssize_t copied = az_iov_copy_out(iov, count, done, zeros, AZ_MIN(sizeof(zeros), wanted - done));
        if (copied < 0)
            return done > 0 ? (ssize_t)done : copied;
        done += (size_t)copied;
    }
    return (ssize_t)done;
}

static ssize_t write_away(AZ_UNUSED struct az_file *file, const struct iovec *iov, int count, AZ_UNUSED int64_t at)
{
    return (ssize_t)az_iov_bytes(iov, count);
}

static ssize_t write_full(AZ_UNUSED struct az_file *file, AZ_UNUSED const struct iovec *iov, AZ_UNUSED int count,
                          AZ_UNUSED int64_t at)
{
    return -ENOSPC;
}

/* Always at the start, wherever one seeks. */
static int64_t seek(AZ_UNUSED struct az_file *file, AZ_UNUSED int64_t offset, AZ_UNUSED int whence)
{
    return 0;
}

#define MEMORY_OPS(reads, writes)                                                                  \
    {                                                                                              \
        .readv = AZ_FILE_READS ? (reads) : NULL, .writev = AZ_FILE_WRITES ? (writes) : NULL,       \
        .seek = AZ_FILE_SEEKS ? seek : NULL, .stat = AZ_FILE_STATS ? az_device_stat : NULL,        \
        .node = az_device_node, .close = az_device_close,                                          \
    }

static const struct az_file_ops null_ops = MEMORY_OPS(read_nothing, write_away);
static const struct az_file_ops zero_ops = MEMORY_OPS(read_zeros, write_away);
static const struct az_file_ops full_ops = MEMORY_OPS(read_zeros, write_full);

struct device az_dev_null = DEVICE(3, 0666, &null_ops, 1, 3);
struct device az_dev_zero = DEVICE(5, 0666, &zero_ops, 1, 5);
struct device az_dev_full = DEVICE(7, 0666, &full_ops, 1, 7);
