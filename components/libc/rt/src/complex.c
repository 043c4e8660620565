/*
 * Products and quotients of complex numbers as ISO C11 annex G.5.1 wants them: where plain arithmetic ends in NaN
 * although an operand is infinite (or the divisor zero), the infinity is recovered.
 */
#include <math.h>

#include "rt.h"

/* 1 with the sign of `x` when it is infinite, else 0 with it. */
#define BOXED(copysign, x) copysign(isinf(x) ? 1 : 0, x)
/* A NaN becomes 0 with its sign. */
#define UNNAN(copysign, x) (isnan(x) ? copysign(0, x) : (x))

#define MULTIPLY(name, type, copysign)                                                             \
    _Complex type RT_NAME(name)(type a, type b, type c, type d);                                   \
    _Complex type RT_NAME(name)(type a, type b, type c, type d)                                    \
    {                                                                                              \
        const type ac = a * c, bd = b * d, ad = a * d, bc = b * c;                                 \
        type real = ac - bd, imaginary = ad + bc;                                                  \
        if (isnan(real) && isnan(imaginary)) {                                                     \
            const int left = isinf(a) || isinf(b), right = isinf(c) || isinf(d);                   \
            const int overflow = isinf(ac) || isinf(bd) || isinf(ad) || isinf(bc);                 \
            if (left || right || overflow) {                                                       \
                a = left ? BOXED(copysign, a) : UNNAN(copysign, a);                                \
                b = left ? BOXED(copysign, b) : UNNAN(copysign, b);                                \
                c = right ? BOXED(copysign, c) : UNNAN(copysign, c);                               \
                d = right ? BOXED(copysign, d) : UNNAN(copysign, d);                               \
                real = (type)INFINITY * (a * c - b * d);                                           \
                imaginary = (type)INFINITY * (a * d + b * c);                                      \
            }                                                                                      \
        }                                                                                          \
        _Complex type product;                                                                     \
        __real__ product = real;                                                                   \
        __imag__ product = imaginary;                                                              \
        return product;                                                                            \
    }

MULTIPLY(mulsc3, float, copysignf)
MULTIPLY(muldc3, double, copysign)
MULTIPLY(mulxc3, long double, copysignl)

/* The divisor is scaled to about 1 first, so that its square neither overflows nor vanishes. */
#define DIVIDE(name, type, copysign, logb, scalbn, fmax)                                           \
    _Complex type RT_NAME(name)(type a, type b, type c, type d);                                   \
    _Complex type RT_NAME(name)(type a, type b, type c, type d)                                    \
    {                                                                                              \
        const type size = logb(fmax(c < 0 ? -c : c, d < 0 ? -d : d));                      \
        int scale = 0;                                                                             \
        if (isfinite(size)) {                                                                      \
            scale = -(int)size;                                                                    \
            c = scalbn(c, scale);                                                                  \
            d = scalbn(d, scale);                                                                  \
        }                                                                                          \
        const type square = c * c + d * d;                                                         \
        type real = scalbn((a * c + b * d) / square, scale);                                       \
        type imaginary = scalbn((b * c - a * d) / square, scale);                                  \
        if (isnan(real) && isnan(imaginary)) {                                                     \
            if (square == 0 && (!isnan(a) || !isnan(b))) {                                         \
                real = copysign((type)INFINITY, c) * a;                                            \
                imaginary = copysign((type)INFINITY, c) * b;                                       \
            } else if ((isinf(a) || isinf(b)) && isfinite(c) && isfinite(d)) {                     \
                a = BOXED(copysign, a);                                                            \
                b = BOXED(copysign, b);                                                            \
                real = (type)INFINITY * (a * c + b * d);                                           \
                imaginary = (type)INFINITY * (b * c - a * d);                                      \
            } else if (size > 0 && isinf(size) && isfinite(a) && isfinite(b)) {                    \
                c = BOXED(copysign, c);                                                            \
                d = BOXED(copysign, d);                                                            \
                real = 0 * (a * c + b * d);                                                        \
                imaginary = 0 * (b * c - a * d);                                                   \
            }                                                                                      \
        }                                                                                          \
        _Complex type quotient;                                                                    \
        __real__ quotient = real;                                                                  \
        __imag__ quotient = imaginary;                                                             \
        return quotient;                                                                           \
    }

DIVIDE(divsc3, float, copysignf, logbf, scalbnf, fmaxf)
DIVIDE(divdc3, double, copysign, logb, scalbn, fmax)
DIVIDE(divxc3, long double, copysignl, logbl, scalbnl, fmaxl)
