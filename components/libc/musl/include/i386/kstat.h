/*
 * What stat(2) and its kin fill on i386. Linux has 32-bit times there, so that musl asks statx(2) first; az fills
 * musl's own `struct stat`, 64-bit times and all, and this is the same layout under the names musl's code uses.
 */
#include <sys/stat.h>

struct kstat {
    dev_t st_dev;
    int st_dev_padding;
    long st_ino_truncated;
    mode_t st_mode;
    nlink_t st_nlink;
    uid_t st_uid;
    gid_t st_gid;
    dev_t st_rdev;
    int st_rdev_padding;
    off_t st_size;
    blksize_t st_blksize;
    blkcnt_t st_blocks;
    long st_time32[6];
    ino_t st_ino;
    long long st_atime_sec;
    long st_atime_nsec, st_atime_padding;
    long long st_mtime_sec;
    long st_mtime_nsec, st_mtime_padding;
    long long st_ctime_sec;
    long st_ctime_nsec, st_ctime_padding;
};

_Static_assert(sizeof(struct kstat) == sizeof(struct stat), "struct kstat is struct stat");
