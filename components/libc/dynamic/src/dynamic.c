/* System calls whose number no compiler could know: syscall(n) with n in a variable. */
#include <errno.h>

#include <az/dynamic.h>

long az_sys_dynamic(long number, long a, long b, long c, long d, long e, long f, long g)
{
    const unsigned place = az_dynamic_place(number) & ~AZ_DYNAMIC_OWN;
    return place ? az_dynamic_calls[place - 1](a, b, c, d, e, f, g) : -ENOSYS;
}
