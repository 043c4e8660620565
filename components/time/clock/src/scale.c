/* Long division, bit by bit: some hundred instructions, run when a rate is learnt and never when time is told. */
#include "scale.h"

uint64_t scale_ratio(uint64_t numerator, uint64_t denominator)
{
    uint64_t quotient = 0, rest = 0;
    for (unsigned bit = 96; bit-- > 0;) {
        rest = rest << 1 | (bit >= 32 ? numerator >> (bit - 32) & 1 : 0);
        if (quotient >> 63)
            return UINT64_MAX;
        quotient <<= 1;
        if (rest >= denominator) {
            rest -= denominator;
            quotient |= 1;
        }
    }
    return quotient;
}
