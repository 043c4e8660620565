/* Between float and the 16-bit formats: IEEE 754 binary16 and bfloat16, rounding to nearest even. */
#include <stdint.h>

#include "rt.h"

static uint32_t bits_of(float value)
{
    uint32_t bits;
    __builtin_memcpy(&bits, &value, sizeof bits);
    return bits;
}

static float float_of(uint32_t bits)
{
    float value;
    __builtin_memcpy(&value, &bits, sizeof value);
    return value;
}

/* `value` without its `count` lowest bits (1 to 31), rounded to nearest, ties to even. */
static uint32_t round_off(uint32_t value, unsigned count)
{
    const uint32_t half = 1u << (count - 1), odd = value >> count & 1;
    return (value + half - 1 + odd) >> count;
}

static uint16_t half_bits(float value)
{
    const uint32_t bits = bits_of(value), sign = bits >> 16 & 0x8000, size = bits & 0x7fffffff;

    if (size > 0x7f800000) /* NaN: quiet, with what fits of its payload */
        return (uint16_t)(sign | 0x7e00 | (size >> 13 & 0x1ff));
    if (size >= 0x477ff000) /* 65520 and above round to infinity */
        return (uint16_t)(sign | 0x7c00);
    if (size >= 0x38800000) /* 2^-14: normal; a carry out of the mantissa moves the exponent on */
        return (uint16_t)(sign | round_off(size - 0x38000000, 13));
    if (size < 0x33000000) /* below half of the smallest subnormal */
        return (uint16_t)sign;
    const unsigned exponent = size >> 23;
    return (uint16_t)(sign | round_off((size & 0x7fffff) | 0x800000, 126 - exponent));
}

static float half_value(uint16_t half)
{
    const uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = half >> 10 & 31, mantissa = half & 0x3ff;

    if (exponent == 31)
        return float_of(sign | 0x7f800000 | (mantissa ? 0x400000 | mantissa << 13 : 0));
    if (exponent)
        return float_of(sign | (exponent + 112) << 23 | mantissa << 13);
    const float subnormal = (float)mantissa * 0x1p-24f;
    return sign ? -subnormal : subnormal;
}

static uint16_t bfloat_bits(float value)
{
    const uint32_t bits = bits_of(value);
    if ((bits & 0x7fffffff) > 0x7f800000)
        return (uint16_t)(bits >> 16 | 0x40);
    return (uint16_t)round_off(bits, 16);
}

#ifndef AZ_RT_TEST /* the host's compiler need not know the types */
float RT_NAME(extendhfsf2)(_Float16 value);
float RT_NAME(extendhfsf2)(_Float16 value)
{
    uint16_t bits;
    __builtin_memcpy(&bits, &value, sizeof bits);
    return half_value(bits);
}

_Float16 RT_NAME(truncsfhf2)(float value);
_Float16 RT_NAME(truncsfhf2)(float value)
{
    const uint16_t bits = half_bits(value);
    _Float16 half;
    __builtin_memcpy(&half, &bits, sizeof half);
    return half;
}

__bf16 RT_NAME(truncsfbf2)(float value);
__bf16 RT_NAME(truncsfbf2)(float value)
{
    const uint16_t bits = bfloat_bits(value);
    __bf16 bfloat;
    __builtin_memcpy(&bfloat, &bits, sizeof bfloat);
    return bfloat;
}
#endif
