/*
 * System calls whose number no compiler could know: syscall(n) with n in a variable, or an instruction of the app's. They are
 * looked up among those that the image has.
 */
#include <errno.h>

#include <az/dynamic.h>

const struct az_dynamic_call *az_dynamic_find(long number)
{
    size_t low = 0, high = az_dynamic_call_count;

    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (az_dynamic_calls[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < az_dynamic_call_count && az_dynamic_calls[low].number == number ? &az_dynamic_calls[low] : NULL;
}

long az_sys_dynamic(long number, long a, long b, long c, long d, long e, long f, long g)
{
    const struct az_dynamic_call *found = az_dynamic_find(number);
    return found ? ((az_dynamic_words *)found->call)(a, b, c, d, e, f, g) : -ENOSYS;
}
