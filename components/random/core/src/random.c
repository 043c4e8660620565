/* The generator: D. J. Bernstein, "Fast-key-erasure random-number generators" (2017), over ChaCha20. */
#include <errno.h>
#include <string.h>

#include <az/arch.h>
#include <az/random.h>

#include "chacha20.h"

#define KEY_BYTES (CHACHA20_KEY_WORDS * 4)
#define POOL_BLOCKS 4u
#define POOL_BYTES (POOL_BLOCKS * CHACHA20_BLOCK_WORDS * 4)
#define REFILLS_PER_SEED 65536u /* 16 MiB of key stream, 14 MiB given out */

static const uint32_t constants[4] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574}; /* "expand 32-byte k" */

static struct az_entropy_source *sources;
static uint32_t key[CHACHA20_KEY_WORDS];
static union {
    uint32_t words[POOL_BLOCKS][CHACHA20_BLOCK_WORDS];
    uint8_t bytes[POOL_BYTES];
} pool;
static size_t unused;        /* bytes at the end of the pool that nobody got yet */
static uint32_t refills_left; /* until the sources are asked again */
static bool seeded;

void az_entropy_source_register(struct az_entropy_source *source)
{
    source->next = sources;
    sources = source;
}

/* Fills `blocks` blocks of the pool with key stream. */
static void generate(unsigned blocks)
{
    uint32_t state[CHACHA20_BLOCK_WORDS] = {0};
    memcpy(state, constants, sizeof constants);
    memcpy(state + 4, key, sizeof key);
    for (unsigned i = 0; i < blocks; i++) {
        state[12] = i;
        chacha20_block(state, pool.words[i]);
    }
}

/* Replaces the key by one that depends on the old one and on all of `bytes`. */
static void stir(const uint32_t bytes[CHACHA20_KEY_WORDS])
{
    for (unsigned i = 0; i < CHACHA20_KEY_WORDS; i++)
        key[i] ^= bytes[i];
    generate(1);
    memcpy(key, pool.words[0], sizeof key);
}

static void seed(void)
{
    uint32_t fresh[CHACHA20_KEY_WORDS];
    for (const struct az_entropy_source *source = sources; source; source = source->next) {
        memset(fresh, 0, sizeof fresh);
        if (source->read(fresh, sizeof fresh) == sizeof fresh)
            seeded = true;
        stir(fresh);
    }
    memset(fresh, 0, sizeof fresh);
    uint64_t tsc = az_tsc_read();
    memcpy(fresh, &tsc, sizeof tsc);
    stir(fresh);
    unused = 0;
    refills_left = REFILLS_PER_SEED;
}

static void refill(void)
{
    generate(POOL_BLOCKS);
    memcpy(key, pool.bytes, KEY_BYTES);
    memset(pool.bytes, 0, KEY_BYTES);
    unused = POOL_BYTES - KEY_BYTES;
    refills_left--;
}

/* Gives out bytes, from whatever the key was made of. */
static void take(uint8_t *out, size_t bytes)
{
    while (bytes) {
        if (refills_left == 0)
            seed();
        if (unused == 0)
            refill();
        size_t part = AZ_MIN(bytes, unused);
        uint8_t *from = pool.bytes + POOL_BYTES - unused;
        memcpy(out, from, part);
        memset(from, 0, part);
        unused -= part;
        out += part;
        bytes -= part;
    }
}

int az_random_bytes(void *out, size_t bytes)
{
    if (!seeded)
        seed();
    if (!seeded)
        return -EAGAIN;
    take(out, bytes);
    return 0;
}

uint32_t az_random_u32(void)
{
    uint32_t value;
    take((uint8_t *)&value, sizeof value);
    return value;
}
