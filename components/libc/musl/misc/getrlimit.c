/* musl's falls back to getrlimit(2) for kernels without prlimit64(). */
#include <sys/resource.h>
#include "syscall.h"

int getrlimit(int resource, struct rlimit *limits)
{
    return syscall(SYS_prlimit64, 0, resource, 0, limits);
}
