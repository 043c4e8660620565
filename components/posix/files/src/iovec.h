/* Checking what read and write are given. */
#ifndef AZ_FILES_IOVEC_H
#define AZ_FILES_IOVEC_H

#include <az/file.h>

/* The most bytes one call moves, as on Linux: the rest is for the caller's next one. */
#define AZ_IO_BYTES_MAX ((size_t)(INT32_MAX & ~(AZ_PAGE_BYTES - 1)))
#define AZ_IOV_MAX 1024

/*
 * An iovec array of the app that has been read once and whose bytes are at most AZ_IO_BYTES_MAX: entries that go beyond
 * are left out, and when the very first does, `only` stands for it.
 */
struct az_iovec {
    const struct iovec *iov;
    int count;
    struct iovec only;
};

/* Errors: -EINVAL, -EFAULT. */
AZ_MUST_USE int az_iovec_check(struct az_iovec *out, const struct iovec *user_iov, int count);

/* A single buffer as an iovec. */
AZ_ALWAYS_INLINE struct iovec az_iovec_single(const void *user, size_t bytes)
{
    return (struct iovec){(void *)(uintptr_t)user, AZ_MIN(bytes, AZ_IO_BYTES_MAX)};
}

#endif
