/* A floating-point number to an integer power, by squaring: __builtin_powi. */
#include "rt.h"

#define POWI(name, type)                                                                           \
    type RT_NAME(name)(type base, int exponent);                                                   \
    type RT_NAME(name)(type base, int exponent)                                                    \
    {                                                                                              \
        type power = 1;                                                                            \
        for (unsigned left = exponent < 0 ? 0u - (unsigned)exponent : (unsigned)exponent; left;    \
             left /= 2, base *= base)                                                              \
            if (left & 1)                                                                          \
                power *= base;                                                                     \
        return exponent < 0 ? 1 / power : power;                                                   \
    }

POWI(powisf2, float)
POWI(powidf2, double)
POWI(powixf2, long double)
