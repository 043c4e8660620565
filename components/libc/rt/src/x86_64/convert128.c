/*
 * Between 128-bit integers and floating point. Rounding is to nearest even, once: an integer keeps its 64 leading
 * bits with the rest folded into the lowest, which float and double (at most 53 bits) round as they would round
 * the whole. Outside the range of the target integer the result is undefined, as in C.
 */
#include "../rt.h"

typedef __int128 int128;
typedef unsigned __int128 uint128;

static const long double two_to_64 = 18446744073709551616.0L;

/* The 64 leading bits of `value`, its lower ones folded in, and how far they have to be shifted left again. */
static unsigned long leading(uint128 value, unsigned *out_shift)
{
    const unsigned long high = (unsigned long)(value >> 64);
    if (high == 0) {
        *out_shift = 0;
        return (unsigned long)value;
    }
    const unsigned shift = 64 - (unsigned)__builtin_clzl(high);
    const uint128 rest = value & (((uint128)1 << shift) - 1);
    *out_shift = shift;
    return (unsigned long)(value >> shift) | (rest != 0);
}

static uint128 magnitude(int128 value)
{
    return value < 0 ? 0 - (uint128)value : (uint128)value;
}

static float power_of_two(unsigned shift)
{
    return shift == 64 ? (float)two_to_64 : (float)(1UL << shift);
}

#define FROM_NARROW(unsigned_name, signed_name, type)                                              \
    type RT_NAME(unsigned_name)(uint128 value);                                                    \
    type RT_NAME(unsigned_name)(uint128 value)                                                     \
    {                                                                                              \
        unsigned shift;                                                                            \
        const unsigned long bits = leading(value, &shift);                                         \
        return (type)bits * (type)power_of_two(shift);                                             \
    }                                                                                              \
    type RT_NAME(signed_name)(int128 value);                                                       \
    type RT_NAME(signed_name)(int128 value)                                                        \
    {                                                                                              \
        const type positive = RT_NAME(unsigned_name)(magnitude(value));                            \
        return value < 0 ? -positive : positive;                                                   \
    }

FROM_NARROW(floatuntisf, floattisf, float)
FROM_NARROW(floatuntidf, floattidf, double)

/* Both halves are exact in 64 bits of mantissa; their sum is rounded by the addition. */
long double RT_NAME(floatuntixf)(uint128 value);
long double RT_NAME(floatuntixf)(uint128 value)
{
    return (long double)(unsigned long)(value >> 64) * two_to_64 + (long double)(unsigned long)value;
}

long double RT_NAME(floattixf)(int128 value);
long double RT_NAME(floattixf)(int128 value)
{
    const long double positive = RT_NAME(floatuntixf)(magnitude(value));
    return value < 0 ? -positive : positive;
}

/* Truncates a value that is not negative. */
static uint128 truncated(long double value)
{
    const unsigned long high = (unsigned long)(value / two_to_64);
    const unsigned long low = (unsigned long)(value - (long double)high * two_to_64);
    return (uint128)high << 64 | low;
}

#define TO_INTEGER(unsigned_name, signed_name, type)                                               \
    uint128 RT_NAME(unsigned_name)(type value);                                                    \
    uint128 RT_NAME(unsigned_name)(type value)                                                     \
    {                                                                                              \
        return value > 0 ? truncated(value) : 0;                                                   \
    }                                                                                              \
    int128 RT_NAME(signed_name)(type value);                                                       \
    int128 RT_NAME(signed_name)(type value)                                                        \
    {                                                                                              \
        return (int128)(value < 0 ? 0 - truncated(-value) : truncated(value));                     \
    }

TO_INTEGER(fixunssfti, fixsfti, float)
TO_INTEGER(fixunsdfti, fixdfti, double)
TO_INTEGER(fixunsxfti, fixxfti, long double)
