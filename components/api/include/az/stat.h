/* What stat tells of a file: in the kernel, and as each flavour of Linux lays it out for libc. */
#ifndef AZ_STAT_H
#define AZ_STAT_H

#include <sys/stat.h>

#include <az/base.h>

/* Times are wall clock, nanoseconds since 1970-01-01T00:00:00Z. */
struct az_stat {
    uint64_t device, special_device; /* as makedev() makes them; special: of a device node */
    uint64_t inode;
    int64_t bytes;
    uint32_t mode; /* type and permissions */
    uint32_t links;
    uint32_t uid, gid;
    az_time accessed, modified, changed;
};

/* The block size that stat tells. */
#define AZ_STAT_BLOCK_BYTES 4096u

/* Writes the flavour's struct stat (struct stat64 on i386, whose times have 32 bits) for the app. Errors: -EFAULT. */
AZ_MUST_USE int az_stat_put(void *user_out, const struct az_stat *stat);

struct az_file;

/* What fstat tells, with the default for files without `stat`. Errors: those of the operation. */
AZ_MUST_USE int az_file_stat(struct az_file *file, struct az_stat *out);

#endif
