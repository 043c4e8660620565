/* /dev/random and /dev/urandom: what getrandom gives, as a file. Bytes written to them are not taken as entropy. */
#include "device.h"

#include <errno.h>
#include <poll.h>

#include <az/random.h>

#define CHUNK_BYTES 256u

static ssize_t read_random(AZ_UNUSED struct az_file *file, const struct iovec *iov, int count, AZ_UNUSED int64_t at)
{
    uint8_t chunk[CHUNK_BYTES];
    const size_t wanted = az_iov_bytes(iov, count);
    size_t done = 0;
    while (done < wanted) {
        const size_t part = AZ_MIN(sizeof(chunk), wanted - done);
        if (az_random_bytes(chunk, part))
            return done > 0 ? (ssize_t)done : -EIO;
        ssize_t copied = az_iov_copy_out(iov, count, done, chunk, part);
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

static uint32_t poll_random(AZ_UNUSED struct az_file *file)
{
    return POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM;
}

static int64_t seek(AZ_UNUSED struct az_file *file, AZ_UNUSED int64_t offset, AZ_UNUSED int whence)
{
    return 0;
}

static const struct az_file_ops ops = {
    .readv = AZ_FILE_READS ? read_random : NULL,
    .writev = AZ_FILE_WRITES ? write_away : NULL,
    .poll = AZ_FILE_POLLS ? poll_random : NULL,
    .seek = AZ_FILE_SEEKS ? seek : NULL,
    .stat = AZ_FILE_STATS ? az_device_stat : NULL,
    .node = az_device_node,
    .close = az_device_close,
};

struct device az_dev_random = DEVICE(8, 0666, &ops, 1, 8);
struct device az_dev_urandom = DEVICE(9, 0666, &ops, 1, 9);
