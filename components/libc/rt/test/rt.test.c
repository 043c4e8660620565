/* The helpers against the host's own compiler, whose arithmetic on the same types is the oracle. */
#include <az/test.h>
#include <complex.h>

#define AZ_RT_TEST
#define RT_NAME(name) our_##name
#include "../src/powi.c"
#include "../src/complex.c"
#include "../src/half.c"
#include "../src/x86_64/convert128.c"
#define magnitude magnitude_of_whole
#include "../src/divide.c"
#include "../src/shift.c"
#undef magnitude
#undef NAME
#undef SHIFT_NAME
#undef SHIFT_BITS
#undef HALF_BITS
#define AZ_RT_NARROW
#define half half32
#define whole whole64
#define signed_whole signed_whole64
#define leading_zeros leading_zeros32
#define divide_fitting divide_fitting32
#define divide divide32
#define magnitude magnitude64
#define shift_half shift_half32
#define signed_shift_half signed_shift_half32
#define shift_whole shift_whole64
#define high_of high_of64
#define joined joined64
#define shifted_low shifted_low64
#include "../src/divide.c"
#include "../src/shift.c"

static const uint64_t edges[] = {
    0,          1,          2,          3,          10,         0x7f,
    0xffff,     0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff,
    0x100000000, 0x100000001, 0x1fffffffe, 0x7fffffffffffffff, 0x8000000000000000, 0x8000000000000001,
    0xfffffffeffffffff, 0xffffffff00000000, 0xffffffff00000001, 0xfffffffffffffffe, 0xffffffffffffffff,
    0x123456789abcdef, 0xdeadbeefcafebabe,
};
#define EDGES (sizeof edges / sizeof edges[0])

AZ_TEST(divides_64_bits)
{
    for (size_t i = 0; i < EDGES; i++)
        for (size_t j = 1; j < EDGES; j++) {
            const uint64_t n = edges[i], d = edges[j];
            AZ_CHECK(our_udivdi3(n, d) == n / d);
            AZ_CHECK(our_umoddi3(n, d) == n % d);
            const int64_t sn = (int64_t)n, sd = (int64_t)d;
            if (sn == INT64_MIN && sd == -1)
                continue;
            AZ_CHECK(our_divdi3(sn, sd) == sn / sd);
            AZ_CHECK(our_moddi3(sn, sd) == sn % sd);
        }
}

AZ_TEST(divides_128_bits)
{
    for (size_t i = 0; i < EDGES * EDGES; i++)
        for (size_t j = 1; j < EDGES * EDGES; j++) {
            const uint128 n = (uint128)edges[i / EDGES] << 64 | edges[i % EDGES];
            const uint128 d = (uint128)edges[j / EDGES] << 64 | edges[j % EDGES];
            AZ_CHECK(our_udivti3(n, d) == n / d);
            AZ_CHECK(our_umodti3(n, d) == n % d);
            const int128 sn = (int128)n, sd = (int128)d;
            if (sd == 0 || (sd == -1 && n == (uint128)1 << 127))
                continue;
            AZ_CHECK(our_divti3(sn, sd) == sn / sd);
            AZ_CHECK(our_modti3(sn, sd) == sn % sd);
        }
}

AZ_TEST(shifts_64_bits)
{
    for (size_t i = 0; i < EDGES; i++)
        for (int by = 0; by < 64; by++) {
            AZ_CHECK(our_ashldi3(edges[i], by) == edges[i] << by);
            AZ_CHECK(our_lshrdi3(edges[i], by) == edges[i] >> by);
            AZ_CHECK((int64_t)our_ashrdi3(edges[i], by) == (int64_t)edges[i] >> by);
        }
}

AZ_TEST(shifts_128_bits)
{
    for (size_t i = 0; i < EDGES * EDGES; i++)
        for (int by = 0; by < 128; by++) {
            const uint128 value = (uint128)edges[i / EDGES] << 64 | edges[i % EDGES];
            AZ_CHECK(our_ashlti3(value, by) == value << by);
            AZ_CHECK(our_lshrti3(value, by) == value >> by);
            AZ_CHECK((int128)our_ashrti3(value, by) == (int128)value >> by);
        }
}

AZ_TEST(converts_128_bits_as_the_compiler_does)
{
    for (size_t i = 0; i < EDGES * EDGES; i++) {
        const uint128 u = (uint128)edges[i / EDGES] << 64 | edges[i % EDGES];
        const int128 s = (int128)u;
        AZ_CHECK(our_floatuntisf(u) == (float)u);
        AZ_CHECK(our_floatuntidf(u) == (double)u);
        AZ_CHECK(our_floatuntixf(u) == (long double)u);
        AZ_CHECK(our_floattisf(s) == (float)s);
        AZ_CHECK(our_floattidf(s) == (double)s);
        AZ_CHECK(our_floattixf(s) == (long double)s);
        const double d = (double)(u >> 1) * 0.37;
        AZ_CHECK(our_fixunsdfti(d) == (uint128)d);
        AZ_CHECK(our_fixdfti(-d) == (int128)-d);
        AZ_CHECK(our_fixunssfti((float)d) == (uint128)(float)d);
        AZ_CHECK(our_fixsfti((float)-d) == (int128)(float)-d);
        AZ_CHECK(our_fixunsxfti((long double)d * 1.3L) == (uint128)((long double)d * 1.3L));
        AZ_CHECK(our_fixxfti((long double)-d) == (int128)(long double)-d);
    }
}

AZ_TEST(powers)
{
    for (int exponent = -40; exponent <= 40; exponent++) {
        AZ_CHECK(our_powidf2(2, exponent) == __builtin_ldexp(1, exponent));
        AZ_CHECK(our_powisf2(-2, exponent) == __builtin_powif(-2, exponent));
        AZ_CHECK(our_powixf2(2, exponent) == __builtin_ldexpl(1, exponent));
    }
    AZ_CHECK(our_powidf2(1, -2147483647 - 1) == 1);
}

static int same(double a, double b)
{
    return (isnan(a) && isnan(b)) || (a == b && signbit(a) == signbit(b));
}

AZ_TEST(complex_numbers_as_annex_g_says)
{
    const double values[] = {0.0, -0.0, 1, -2.5, 1e300, 1e-300, INFINITY, -INFINITY, NAN};
    const size_t count = sizeof values / sizeof values[0];
    for (size_t i = 0; i < count * count * count * count; i++) {
        const double a = values[i % count], b = values[i / count % count];
        const double c = values[i / count / count % count], d = values[i / count / count / count];
        const double complex expected = CMPLX(a, b) * CMPLX(c, d), product = our_muldc3(a, b, c, d);
        AZ_CHECK(same(creal(product), creal(expected)) && same(cimag(product), cimag(expected)));
        const double complex quotient = our_divdc3(a, b, c, d);
        const int infinite_left = isinf(a) || isinf(b), infinite_right = isinf(c) || isinf(d);
        if (infinite_left && isfinite(c) && isfinite(d))
            AZ_CHECK(isinf(creal(quotient)) || isinf(cimag(quotient)));
        if (isfinite(a) && isfinite(b) && infinite_right)
            AZ_CHECK(creal(quotient) == 0 && cimag(quotient) == 0);
    }
    const double complex whole_number = our_divdc3(-5, 10, 3, 4);
    AZ_CHECK(creal(whole_number) == 1 && cimag(whole_number) == 2);
    const double complex large = our_divdc3(1e300, 1e300, 1e300, 1e300);
    AZ_CHECK(creal(large) == 1 && cimag(large) == 0);
    AZ_CHECK(crealf(our_mulsc3(2, 3, 4, 5)) == -7 && cimagl(our_mulxc3(2, 3, 4, 5)) == 22);
    AZ_CHECK(crealf(our_divsc3(-7, 22, 4, 5)) == 2 && cimagl(our_divxc3(-7, 22, 4, 5)) == 3);
}

AZ_TEST(half_precision)
{
    for (uint32_t bits = 0; bits < 0x10000; bits++) {
        const float value = half_value((uint16_t)bits);
        AZ_CHECK(isnan(value) ? (half_bits(value) & 0x7fff) > 0x7c00 : half_bits(value) == bits);
    }
    AZ_CHECK_EQ(half_bits(1.0f + 0x1p-11f), 0x3c00);            /* a tie goes to even: down */
    AZ_CHECK_EQ(half_bits(1.0f + 3 * 0x1p-11f), 0x3c02);        /* up */
    AZ_CHECK_EQ(half_bits(1.0f + 0x1p-11f + 0x1p-20f), 0x3c01); /* above the tie */
    AZ_CHECK_EQ(half_bits(65519.0f), 0x7bff);
    AZ_CHECK_EQ(half_bits(65520.0f), 0x7c00);
    AZ_CHECK_EQ(half_bits(0x1p-25f), 0);
    AZ_CHECK_EQ(half_bits(0x1.8p-25f), 1);
    AZ_CHECK_EQ(half_bits(0x1.ff8p-15f), 0x3ff | 1); /* the largest subnormal */
    AZ_CHECK_EQ(bfloat_bits(1.0f), 0x3f80);
    AZ_CHECK_EQ(bfloat_bits(1.0f + 0x1p-8f), 0x3f80);
    AZ_CHECK_EQ(bfloat_bits(1.0f + 0x1.8p-8f), 0x3f81);
    AZ_CHECK_EQ(bfloat_bits(INFINITY), 0x7f80);
    AZ_CHECK(bfloat_bits(NAN) > 0x7f80);
}
