/*
 * System calls whose number no compiler could know: syscall(n) with n in a variable. They are looked up among those
 * that the image has. All words are passed on whatever the call takes: in both calling conventions a function does
 * not see arguments beyond its own, and the caller takes them away again.
 */
#include <errno.h>

#include <az/dynamic.h>

typedef long seven_words(long, long, long, long, long, long, long);

long az_sys_dynamic(long number, long a, long b, long c, long d, long e, long f, long g)
{
    size_t low = 0, high = az_dynamic_call_count;

    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (az_dynamic_calls[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == az_dynamic_call_count || az_dynamic_calls[low].number != number)
        return -ENOSYS;
    return ((seven_words *)az_dynamic_calls[low].call)(a, b, c, d, e, f, g);
}
