/* An open file description, as POSIX calls it: what a descriptor refers to. Table of descriptors: az/process.h. */
#ifndef AZ_FILE_H
#define AZ_FILE_H

#include <fcntl.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <az/wait.h>

struct az_file;
struct az_node;
struct az_pager;
struct az_stat; /* az/stat.h */

#define AZ_FILE_POSITION (-1) /* use and move file->position */

/*
 * Whether any system call of the image can reach an operation: `.readv = AZ_FILE_READS ? f : NULL` keeps what nobody can
 * call out of it.
 */
#define AZ_FILE_READS                                                                              \
    (AZ_ON(SYS_read) || AZ_ON(SYS_readv) || AZ_ON(SYS_pread64) || AZ_ON(SYS_preadv) ||             \
     AZ_ON(SYS_sendfile))
#define AZ_FILE_WRITES                                                                             \
    (AZ_ON(SYS_write) || AZ_ON(SYS_writev) || AZ_ON(SYS_pwrite64) || AZ_ON(SYS_pwritev) ||         \
     AZ_ON(SYS_sendfile))
#define AZ_FILE_POLLS                                                                              \
    (AZ_ON(SYS_poll) || AZ_ON(SYS_ppoll) || AZ_ON(SYS_select) || AZ_ON(SYS_pselect6) ||            \
     AZ_ON(SYS_epoll_ctl))
#define AZ_FILE_STATS                                                                              \
    (AZ_ON(SYS_fstat) || AZ_ON(SYS_newfstatat) || AZ_ON(SYS_statx) || AZ_ON(SYS_stat) ||           \
     AZ_ON(SYS_lstat))
#define AZ_FILE_SEEKS                                                                              \
    (AZ_ON(SYS_lseek) || AZ_ON(SYS__llseek) || AZ_ON(SYS_pread64) || AZ_ON(SYS_preadv) ||          \
     AZ_ON(SYS_pwrite64) || AZ_ON(SYS_pwritev) || AZ_ON(SYS_sendfile))

/* Among the events of a wake-up: the queue is about to vanish, the entry must remove itself and forget it. */
#define AZ_POLL_GONE 0x4000u

/*
 * NULL operations: readv/writev -EINVAL (-EBADF by mode before that), poll always ready, ioctl -ENOTTY, seek -ESPIPE, map
 * -ENODEV, stat a bare character device, entries -ENOTDIR, node none, close nothing to free. `iov` may be read freely (it was
 * checked, and its lengths add up to less than 2 GiB); what it points to is the app's: az/user.h.
 */
struct az_file_ops {
    /* Bytes read (0: end), or an errno. `at`: offset, or AZ_FILE_POSITION. Blocks unless O_NONBLOCK is in file->flags. */
    ssize_t (*readv)(struct az_file *file, const struct iovec *iov, int count, int64_t at);
    ssize_t (*writev)(struct az_file *file, const struct iovec *iov, int count, int64_t at);
    /* poll(2) bits that hold now. Changes are announced by az_wake(&file->queue, bits). */
    uint32_t (*poll)(struct az_file *file);
    int (*ioctl)(struct az_file *file, unsigned long request, unsigned long argument);
    int (*stat)(struct az_file *file, struct az_stat *out);
    int64_t (*seek)(struct az_file *file, int64_t offset, int whence);
    /* The pager and object that serve a mapping. */
    int (*map)(struct az_file *file, const struct az_pager **out_pager, void **out_object);
    /* Directory entries as struct linux_dirent64 into the app's buffer. */
    ssize_t (*entries)(struct az_file *file, void *user_out, size_t bytes);
    /* What was opened in the path tree, az/vfs.h; the reference stays the file's. */
    struct az_node *(*node)(struct az_file *file);
    /* The last reference is gone: free what belongs to the file, and the file. */
    void (*close)(struct az_file *file);
};

struct az_file {
    const struct az_file_ops *ops;
    uint32_t references;
    uint32_t flags; /* O_ACCMODE, O_NONBLOCK, O_APPEND, ...: what F_GETFL tells */
    int64_t position;
    struct az_wait_queue queue; /* readiness */
};

/* Sets up a file with one reference. */
void az_file_init(struct az_file *file, const struct az_file_ops *ops, uint32_t flags);
void az_file_ref(struct az_file *file);
/* Gives up a reference; closes at the last. */
void az_file_unref(struct az_file *file);
/* Readiness now, with the default for files without `poll`. */
uint32_t az_file_poll(struct az_file *file);

/*
 * Waits until the file has been woken since `ticket` was read from its queue. Context: thread.
 * Errors: -EAGAIN with O_NONBLOCK; -EINTR or -ERESTART for a signal.
 */
AZ_MUST_USE int az_file_wait(struct az_file *file, uint32_t ticket);

/* What the mode it was opened with allows. */
AZ_ALWAYS_INLINE bool az_file_readable(const struct az_file *file)
{
    return !(file->flags & (O_WRONLY | O_PATH));
}
AZ_ALWAYS_INLINE bool az_file_writable(const struct az_file *file)
{
    return (file->flags & (O_WRONLY | O_RDWR)) && !(file->flags & O_PATH);
}

/* Bytes in all of `iov`. */
AZ_ALWAYS_INLINE size_t az_iov_bytes(const struct iovec *iov, int count)
{
    size_t bytes = 0;
    for (int i = 0; i < count; i++)
        bytes += iov[i].iov_len;
    return bytes;
}

/*
 * Copies up to `bytes` between a kernel buffer and the app's `iov`, from its byte `skip` on. Returns how many.
 * Context: thread. Errors: -EFAULT when not a single byte could be copied.
 */
AZ_MUST_USE ssize_t az_iov_copy_out(const struct iovec *iov, int count, size_t skip, const void *from, size_t bytes);
AZ_MUST_USE ssize_t az_iov_copy_in(void *to, const struct iovec *iov, int count, size_t skip, size_t bytes);

/*
 * The `seek` of a file of `size` bytes. Errors: -EINVAL for a bad whence or a place before the start, -ENXIO for SEEK_DATA and
 * SEEK_HOLE past the end.
 */
int64_t az_file_seek_within(struct az_file *file, int64_t size, int64_t offset, int whence);
/* The `seek` of eventfd and its kin, which Linux lets succeed and do nothing. */
int64_t az_file_seek_nowhere(struct az_file *file, int64_t offset, int whence);

#endif
