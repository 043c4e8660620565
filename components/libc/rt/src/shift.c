/*
 * Shifts of integers twice as wide as a register by 0 up to their width, exclusive: 64 bits on i386, 128 on x86_64.
 * clang calls them where it compiles for size. Written in halves, as a shift of the whole would call itself.
 */
#include <stdint.h>

#include "rt.h"

#if defined(AZ_RT_NARROW) || defined(__i386__)
typedef uint32_t shift_half;
typedef int32_t signed_shift_half;
typedef uint64_t shift_whole;
#define SHIFT_NAME(operation) RT_NAME(operation##di3)
#else
typedef uint64_t shift_half;
typedef int64_t signed_shift_half;
typedef unsigned __int128 shift_whole;
#define SHIFT_NAME(operation) RT_NAME(operation##ti3)
#endif

#define SHIFT_BITS (8u * (unsigned)sizeof(shift_half))

static shift_half high_of(shift_whole value)
{
    return (shift_half)(value >> SHIFT_BITS);
}

static shift_whole joined(shift_half high, shift_half low)
{
    return (shift_whole)high << SHIFT_BITS | low;
}

shift_whole SHIFT_NAME(ashl)(shift_whole value, int count);
shift_whole SHIFT_NAME(ashl)(shift_whole value, int count)
{
    const unsigned by = (unsigned)count;
    const shift_half low = (shift_half)value;
    if (by >= SHIFT_BITS)
        return joined(low << (by - SHIFT_BITS), 0);
    /* In two steps, since by SHIFT_BITS at once (for a count of 0) nothing can be shifted. */
    return joined(high_of(value) << by | low >> 1 >> (SHIFT_BITS - 1 - by), low << by);
}

/* The low half of a shift to the right by less than a half's width. */
static shift_half shifted_low(shift_whole value, unsigned by)
{
    return (shift_half)value >> by | high_of(value) << 1 << (SHIFT_BITS - 1 - by);
}

shift_whole SHIFT_NAME(lshr)(shift_whole value, int count);
shift_whole SHIFT_NAME(lshr)(shift_whole value, int count)
{
    const unsigned by = (unsigned)count;
    const shift_half high = high_of(value);
    if (by >= SHIFT_BITS)
        return high >> (by - SHIFT_BITS);
    return joined(high >> by, shifted_low(value, by));
}

shift_whole SHIFT_NAME(ashr)(shift_whole value, int count);
shift_whole SHIFT_NAME(ashr)(shift_whole value, int count)
{
    const unsigned by = (unsigned)count;
    const signed_shift_half high = (signed_shift_half)high_of(value);
    if (by >= SHIFT_BITS)
        return joined((shift_half)(high >> (SHIFT_BITS - 1)), (shift_half)(high >> (by - SHIFT_BITS)));
    return joined((shift_half)(high >> by), shifted_low(value, by));
}
