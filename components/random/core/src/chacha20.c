#include "chacha20.h"

#define ROUNDS 20u

static uint32_t rotate(uint32_t value, unsigned bits)
{
    return value << bits | value >> (32 - bits);
}

/* A macro, so that every word is a register or a fixed place on the stack. */
#define QUARTER_ROUND(a, b, c, d)                                                                  \
    do {                                                                                           \
        x[a] += x[b], x[d] = rotate(x[d] ^ x[a], 16);                                              \
        x[c] += x[d], x[b] = rotate(x[b] ^ x[c], 12);                                              \
        x[a] += x[b], x[d] = rotate(x[d] ^ x[a], 8);                                               \
        x[c] += x[d], x[b] = rotate(x[b] ^ x[c], 7);                                               \
    } while (0)

void chacha20_block(const uint32_t state[CHACHA20_BLOCK_WORDS], uint32_t out[CHACHA20_BLOCK_WORDS])
{
    uint32_t x[CHACHA20_BLOCK_WORDS];
    for (unsigned i = 0; i < CHACHA20_BLOCK_WORDS; i++)
        x[i] = state[i];
    for (unsigned round = 0; round < ROUNDS; round += 2) {
        QUARTER_ROUND(0, 4, 8, 12);
        QUARTER_ROUND(1, 5, 9, 13);
        QUARTER_ROUND(2, 6, 10, 14);
        QUARTER_ROUND(3, 7, 11, 15);
        QUARTER_ROUND(0, 5, 10, 15);
        QUARTER_ROUND(1, 6, 11, 12);
        QUARTER_ROUND(2, 7, 8, 13);
        QUARTER_ROUND(3, 4, 9, 14);
    }
    for (unsigned i = 0; i < CHACHA20_BLOCK_WORDS; i++)
        out[i] = x[i] + state[i];
}
