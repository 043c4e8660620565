/* mmap() with the offset whole: az's call takes 64 bits on i386 too, where Linux takes pages. */
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <sys/mman.h>
#include "syscall.h"

static void no_wait(void)
{
}
weak_alias(no_wait, __vm_wait);

void *__mmap(void *start, size_t length, int prot, int flags, int fd, off_t offset)
{
    if (offset & 4095) {
        errno = EINVAL;
        return MAP_FAILED;
    }
    if (length >= PTRDIFF_MAX) {
        errno = ENOMEM;
        return MAP_FAILED;
    }
    if (flags & MAP_FIXED)
        __vm_wait(); /* a robust mutex in the range may be in the middle of its unlocking */
    return (void *)__syscall_ret(__syscall(SYS_mmap, start, length, prot, flags, fd, __SYSCALL_LL_E(offset)));
}

weak_alias(__mmap, mmap);
