#include "chacha20.h"

#define ROUNDS 20u

static uint32_t rotate(uint32_t value, unsigned bits)
{
    return value << bits | value >> (32 - bits);
}

static void quarter_round(uint32_t *x, unsigned a, unsigned b, unsigned c, unsigned d)
{
    x[a] += x[b];
    x[d] = rotate(x[d] ^ x[a], 16);
    x[c] += x[d];
    x[b] = rotate(x[b] ^ x[c], 12);
    x[a] += x[b];
    x[d] = rotate(x[d] ^ x[a], 8);
    x[c] += x[d];
    x[b] = rotate(x[b] ^ x[c], 7);
}

void chacha20_block(const uint32_t state[CHACHA20_BLOCK_WORDS], uint32_t out[CHACHA20_BLOCK_WORDS])
{
    for (unsigned i = 0; i < CHACHA20_BLOCK_WORDS; i++)
        out[i] = state[i];
    for (unsigned round = 0; round < ROUNDS; round++)
        for (unsigned i = 0; i < 4; i++) {
            /* Columns in even rounds, diagonals in odd ones. */
            unsigned shift = round & 1;
            quarter_round(out, i, 4 + (i + shift) % 4, 8 + (i + 2 * shift) % 4, 12 + (i + 3 * shift) % 4);
        }
    for (unsigned i = 0; i < CHACHA20_BLOCK_WORDS; i++)
        out[i] += state[i];
}
