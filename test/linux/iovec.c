/* readv and writev: parts in order, empty parts, what is refused. */
#define _GNU_SOURCE
#include <limits.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "show.h"

int main(void)
{
    int ends[2];
    char a[4] = "abc", b[8] = "defghij", c[16] = {0}, d[16] = {0};
    pipe(ends);
    struct iovec out[3] = {{a, 3}, {NULL, 0}, {b, 7}}, in[2] = {{c, 5}, {d, 15}};
    SHOW(writev(ends[1], out, 3));
    SHOW(readv(ends[0], in, 2));
    printf("%s %s\n", c, d);
    SHOW(writev(ends[1], out, 0));
    SHOW(writev(ends[1], out, -1));
    SHOW(writev(ends[1], out, IOV_MAX + 1));
    SHOW(writev(99, out, 3));
    SHOW(writev(ends[1], (struct iovec *)8, 2));
    out[1].iov_base = (void *)8;
    out[1].iov_len = 4;
    out[0].iov_len = (size_t)-1;
    SHOW(writev(ends[1], out, 3));
    SHOW(preadv(ends[0], in, 2, 0));
    SHOW(preadv(ends[0], in, 2, -1));
    return 0;
}
