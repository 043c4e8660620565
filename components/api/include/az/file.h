/* An open file description, as POSIX calls it: what a descriptor refers to. Table of descriptors: az/process.h. */
#ifndef AZ_FILE_H
#define AZ_FILE_H

#include <sys/types.h>
#include <sys/uio.h>

#include <az/wait.h>

struct az_file;
struct az_pager;
struct az_stat; /* the kernel's struct stat of the flavour (struct stat64 on i386), az/stat.h */

#define AZ_FILE_POSITION (-1) /* use and move file->position */

/*
 * NULL operations: readv/writev -EINVAL (-EBADF by mode before that), poll always ready, ioctl -ENOTTY, seek -ESPIPE, map
 * -ENODEV, stat a bare character device. `iov` lies in kernel memory, what it points to is the app's: az/user.h.
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

#endif
