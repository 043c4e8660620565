/*
 * Work that asks the kernel for nothing while it runs: what is left to differ is how often it is interrupted, how its
 * memory is mapped, and what the machine itself costs. Each prints a checksum too, which has to be the same everywhere.
 */
#include <stdint.h>
#include <stdlib.h>
#include "clock.h"

static uint64_t seed;

/* xorshift64*. */
static uint64_t random64(void)
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return seed * 0x2545f4914f6cdd1dULL;
}

/* -- Primes below N, by striking out ------------------------------------------------------------------- */

#define SIEVE 1000000
static unsigned char composite[SIEVE];

static uint64_t sieve(void)
{
    uint64_t sum = 0;
    memset(composite, 0, sizeof(composite));
    for (uint32_t i = 2; i < SIEVE; i++) {
        if (composite[i])
            continue;
        sum += i;
        for (uint64_t j = (uint64_t)i * i; j < SIEVE; j += i)
            composite[j] = 1;
    }
    return sum;
}

/* -- Sorting ------------------------------------------------------------------------------------------- */

#define KEYS 50000
static uint64_t keys[KEYS];

static int compare(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

static uint64_t sort(void)
{
    for (int i = 0; i < KEYS; i++)
        keys[i] = random64();
    qsort(keys, KEYS, sizeof(keys[0]), compare);
    return keys[KEYS / 2];
}

/* -- A product of matrices of doubles ------------------------------------------------------------------- */

#define SIDE 96
static double left[SIDE][SIDE], right[SIDE][SIDE], product[SIDE][SIDE];

static uint64_t matrix(void)
{
    double trace = 0;
    for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++) {
            left[i][j] = (double)(random64() % 1000);
            right[i][j] = (double)(random64() % 1000);
        }
    }
    for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++) {
            double sum = 0;
            for (int k = 0; k < SIDE; k++)
                sum += left[i][k] * right[k][j];
            product[i][j] = sum;
        }
        trace += product[i][i];
    }
    return (uint64_t)trace;
}

/* -- SHA-256 (FIPS 180-4) of 256 KiB -------------------------------------------------------------------- */

#define MESSAGE (256 * 1024)
static unsigned char message[MESSAGE];

static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t value, unsigned bits)
{
    return value >> bits | value << (32 - bits);
}

static void hash_block(uint32_t state[8], const unsigned char *block)
{
    uint32_t w[64], v[8];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 | (uint32_t)block[4 * i + 2] << 8 |
               block[4 * i + 3];
    for (int i = 16; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + w[i - 7] + (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
    }
    memcpy(v, state, sizeof(v));
    for (int i = 0; i < 64; i++) {
        uint32_t s1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25);
        uint32_t t1 = v[7] + s1 + ((v[4] & v[5]) ^ (~v[4] & v[6])) + round_constants[i] + w[i];
        uint32_t s0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22);
        uint32_t t2 = s0 + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, 7 * sizeof(v[0]));
        v[4] += t1;
        v[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++)
        state[i] += v[i];
}

/* Whole blocks only; the padding adds nothing to what is measured. */
static uint64_t sha256(void)
{
    uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    for (int i = 0; i < MESSAGE; i++)
        message[i] = (unsigned char)random64();
    for (int i = 0; i < MESSAGE; i += 64)
        hash_block(state, message + i);
    return (uint64_t)state[0] << 32 | state[1];
}

/* -- A hash table of words on the heap ------------------------------------------------------------------ */

#define WORDS 20000
#define SLOTS 8192

struct word {
    struct word *next;
    unsigned uses;
    char text[];
};

static struct word *table[SLOTS];

static uint64_t words(void)
{
    uint64_t uses = 0;
    for (int i = 0; i < WORDS; i++) {
        char text[24];
        uint32_t hash = 2166136261U;
        snprintf(text, sizeof(text), "word-%u", (unsigned)(random64() % WORDS));
        for (const char *at = text; *at; at++)
            hash = (hash ^ (unsigned char)*at) * 16777619U;
        struct word **slot = &table[hash % SLOTS], *word = *slot;
        while (word && strcmp(word->text, text) != 0)
            word = word->next;
        if (!word) {
            word = malloc(sizeof(*word) + strlen(text) + 1);
            if (!word)
                exit(1);
            word->next = *slot;
            word->uses = 0;
            strcpy(word->text, text);
            *slot = word;
        }
        uses += ++word->uses;
    }
    for (int i = 0; i < SLOTS; i++) {
        for (struct word *word = table[i], *next; word; word = next) {
            next = word->next;
            free(word);
        }
        table[i] = NULL;
    }
    return uses;
}

/* Once to touch all memory, once measured. */
static void measure(const char *name, uint64_t (*work)(void))
{
    seed = 88172645463325252ULL;
    uint64_t first = work();
    seed = 88172645463325252ULL;
    unsigned long long begin = ticks();
    uint64_t sum = work();
    unsigned long long took = ticks() - begin;
    report(name, took, 1);
    printf("%sChecksum %llu is\n", name, (unsigned long long)sum);
    if (sum != first)
        exit(1);
}

int main(int argc, char **argv)
{
    choose_clock(argc, argv);
    measure("cpuSieve", sieve);
    measure("cpuSort", sort);
    measure("cpuMatrix", matrix);
    measure("cpuSha256", sha256);
    measure("cpuWords", words);
    return 0;
}
