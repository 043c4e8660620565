/*
 * Fixed-point arithmetic for clocks: 64-bit factors with 32 fraction bits. Nothing in here needs the compiler's 64-bit division
 * on i386.
 */
#ifndef SCALE_H
#define SCALE_H

#include <az/base.h>

/* floor(a * b / 2^32), modulo 2^64. */
static inline uint64_t scale_multiply(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
    return (uint64_t)((unsigned __int128)a * b >> 32);
#else
    uint64_t a_low = (uint32_t)a, a_high = a >> 32, b_low = (uint32_t)b, b_high = b >> 32;
    return (a_high * b_high << 32) + a_high * b_low + a_low * b_high + (a_low * b_low >> 32);
#endif
}

/* floor(numerator * 2^32 / denominator), UINT64_MAX when that does not fit; denominator > 0, below 2^63. */
uint64_t scale_ratio(uint64_t numerator, uint64_t denominator);

#endif
