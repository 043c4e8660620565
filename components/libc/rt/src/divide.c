/*
 * Division of integers twice as wide as a register: 64 bits on i386, 128 on x86_64. The processor divides such an
 * integer by a register as long as the quotient fits one; H. S. Warren, "Hacker's Delight", 9-5, reduces the
 * general case to that. Division by zero raises the processor's exception, as that of narrow integers does.
 */
#include <stdint.h>

#include "rt.h"

#if defined(AZ_RT_NARROW) || defined(__i386__)
typedef uint32_t half;
typedef uint64_t whole;
typedef int64_t signed_whole;
#define NAME(operation) RT_NAME(operation##di3)
#else
typedef uint64_t half;
typedef unsigned __int128 whole;
typedef __int128 signed_whole;
#define NAME(operation) RT_NAME(operation##ti3)
#endif

#define HALF_BITS (8u * (unsigned)sizeof(half))

static unsigned leading_zeros(half value)
{
    return sizeof(half) == 8 ? (unsigned)__builtin_clzll(value) : (unsigned)__builtin_clz((uint32_t)value);
}

/* The quotient must fit a half, that is: the high half of `dividend` is below `divisor`. */
static half divide_fitting(whole dividend, half divisor, half *out_remainder)
{
    half quotient;
    __asm__("div %4"
            : "=a"(quotient), "=d"(*out_remainder)
            : "a"((half)dividend), "d"((half)(dividend >> HALF_BITS)), "r"(divisor)
            : "cc");
    return quotient;
}

static whole divide(whole dividend, whole divisor, whole *out_remainder)
{
    const half divisor_high = (half)(divisor >> HALF_BITS);
    half remainder;

    if (divisor_high == 0) {
        const half high = divide_fitting(dividend >> HALF_BITS, (half)divisor, &remainder);
        const half low = divide_fitting((whole)remainder << HALF_BITS | (half)dividend, (half)divisor, &remainder);
        *out_remainder = remainder;
        return (whole)high << HALF_BITS | low;
    }
    /*
     * The quotient has at most half the bits. The leading halves give an estimate that is right or one too large;
     * taking one off makes it right or one too small, which one comparison mends.
     */
    const unsigned shift = leading_zeros(divisor_high);
    const half leading = (half)(divisor << shift >> HALF_BITS);
    whole quotient = (whole)divide_fitting(dividend >> 1, leading, &remainder) << shift >> (HALF_BITS - 1);
    if (quotient)
        quotient--;
    whole rest = dividend - quotient * divisor;
    if (rest >= divisor) {
        quotient++;
        rest -= divisor;
    }
    *out_remainder = rest;
    return quotient;
}

static whole magnitude(signed_whole value)
{
    return value < 0 ? 0 - (whole)value : (whole)value;
}

whole NAME(udiv)(whole dividend, whole divisor);
whole NAME(udiv)(whole dividend, whole divisor)
{
    whole remainder;
    return divide(dividend, divisor, &remainder);
}

whole NAME(umod)(whole dividend, whole divisor);
whole NAME(umod)(whole dividend, whole divisor)
{
    whole remainder;
    (void)divide(dividend, divisor, &remainder);
    return remainder;
}

signed_whole NAME(div)(signed_whole dividend, signed_whole divisor);
signed_whole NAME(div)(signed_whole dividend, signed_whole divisor)
{
    whole remainder;
    const whole quotient = divide(magnitude(dividend), magnitude(divisor), &remainder);
    return (signed_whole)((dividend < 0) != (divisor < 0) ? 0 - quotient : quotient);
}

/* Takes the sign of the dividend. */
signed_whole NAME(mod)(signed_whole dividend, signed_whole divisor);
signed_whole NAME(mod)(signed_whole dividend, signed_whole divisor)
{
    whole remainder;
    (void)divide(magnitude(dividend), magnitude(divisor), &remainder);
    return (signed_whole)(dividend < 0 ? 0 - remainder : remainder);
}
