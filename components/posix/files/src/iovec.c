#include "iovec.h"

#include <errno.h>

#include <az/user.h>

int az_iovec_check(struct az_iovec *out, const struct iovec *user_iov, int count)
{
    if (count < 0 || count > AZ_IOV_MAX)
        return -EINVAL;
    *out = (struct az_iovec){.iov = user_iov, .count = count};
    size_t bytes = 0;
    bool full = false;
    for (int i = 0; i < count; i++) {
        struct iovec one;
        if (az_user_get(&one, &user_iov[i]))
            return -EFAULT;
        if ((ssize_t)one.iov_len < 0)
            return -EINVAL;
        if (!full && one.iov_len > AZ_IO_BYTES_MAX - bytes) {
            full = true;
            out->count = i;
            if (i == 0) {
                out->only = az_iovec_single(one.iov_base, one.iov_len);
                out->iov = &out->only;
                out->count = 1;
            }
        }
        bytes += one.iov_len;
    }
    return 0;
}
