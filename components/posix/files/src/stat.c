/* fstat, and struct stat as each flavour of Linux lays it out: its stat on x86_64, its stat64 on i386. */
#include <az/self.h>

#include <errno.h>
#include <string.h>

#include <az/process.h>
#include <az/stat.h>
#include <az/user.h>

#define NS_PER_S 1000000000

#ifdef __x86_64__
struct linux_stat {
    uint64_t dev, ino, nlink;
    uint32_t mode, uid, gid, padding;
    uint64_t rdev;
    int64_t size, blksize, blocks;
    int64_t atime, atime_ns, mtime, mtime_ns, ctime, ctime_ns, unused[3];
};
_Static_assert(sizeof(struct linux_stat) == 144, "as Linux's struct stat on x86_64");
#else
struct linux_stat {
    uint64_t dev;
    uint32_t padding, ino_low, mode, nlink, uid, gid;
    uint64_t rdev;
    uint32_t rdev_padding;
    int64_t size;
    int32_t blksize;
    int64_t blocks;
    int32_t atime, atime_ns, mtime, mtime_ns, ctime, ctime_ns;
    uint64_t ino;
} __attribute__((packed, aligned(4)));
_Static_assert(sizeof(struct linux_stat) == 96, "as Linux's struct stat64 on i386");
#endif

#define PUT_TIME(field, time)                                                                      \
    (laid.field = (__typeof__(laid.field))((time) / NS_PER_S),                                   \
     laid.field##_ns = (__typeof__(laid.field##_ns))((time) % NS_PER_S))

int az_stat_put(void *user_out, const struct az_stat *stat)
{
    struct linux_stat laid;
    memset(&laid, 0, sizeof(laid));
    laid.dev = stat->device;
    laid.ino = stat->inode;
#ifdef __i386__
    laid.ino_low = (uint32_t)stat->inode;
#endif
    laid.mode = stat->mode;
    laid.nlink = stat->links;
    laid.uid = stat->uid;
    laid.gid = stat->gid;
    laid.rdev = stat->special_device;
    laid.size = stat->bytes;
    laid.blksize = AZ_STAT_BLOCK_BYTES;
    laid.blocks = (stat->bytes + 511) / 512;
    PUT_TIME(atime, stat->accessed);
    PUT_TIME(mtime, stat->modified);
    PUT_TIME(ctime, stat->changed);
    return az_user_copy_out(user_out, &laid, sizeof(laid));
}

int az_file_stat(struct az_file *file, struct az_stat *out)
{
    *out = (struct az_stat){.mode = S_IFCHR | 0600, .links = 1};
    return file->ops->stat ? file->ops->stat(file, out) : 0;
}

long az_sys_fstat(int fd, struct stat *out)
{
    struct az_file *file;
    if (az_fd_get(fd, &file))
        return -EBADF;
    struct az_stat stat;
    int error = az_file_stat(file, &stat);
    az_file_unref(file);
    return error ? error : az_stat_put(out, &stat);
}
