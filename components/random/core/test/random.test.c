#define AZ_SELF_H
#include <errno.h>

#include <az/base.h>

long az_sys_getrandom(void *buf, size_t count, unsigned int flags);

#include "../src/chacha20.c"
#include "../src/random.c"
#include "../src/getrandom.c"
#include <az/test.h>

/* -- Fakes ----------------------------------------------------------------------------------------------- */

static size_t gives = 32;
static uint8_t pattern;
static unsigned asked;
static size_t fake_read(void *out, size_t bytes)
{
    asked++;
    memset(out, pattern, AZ_MIN(bytes, gives));
    return AZ_MIN(bytes, gives);
}
static struct az_entropy_source source = {.name = "fake", .read = fake_read};

int az_user_copy_out(void *user_to, const void *from, size_t bytes)
{
    if (!user_to || user_to == (void *)PIECE_BYTES)
        return -EFAULT;
    memcpy(user_to, from, bytes);
    return 0;
}

static void reset(uint8_t with)
{
    memset(key, 0, sizeof key);
    sources = NULL;
    unused = 0;
    refills_left = 0;
    seeded = false;
    gives = 32;
    pattern = with;
    asked = 0;
    az_entropy_source_register(&source);
}

/* -- Tests ----------------------------------------------------------------------------------------------- */

AZ_TEST(the_block_function_gives_the_rfc_8439_vector)
{
    /* Section 2.3.2: key 00 01 02 .. 1f, nonce 00000009 0000004a 00000000, counter 1. */
    uint32_t state[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, 0x03020100, 0x07060504,
                          0x0b0a0908, 0x0f0e0d0c, 0x13121110, 0x17161514, 0x1b1a1918, 0x1f1e1d1c,
                          0x00000001, 0x09000000, 0x4a000000, 0x00000000};
    static const uint32_t expected[16] = {0xe4e7f110, 0x15593bd1, 0x1fdd0f50, 0xc47120a3,
                                          0xc7f4d1c7, 0x0368c033, 0x9aaa2204, 0x4e6cd4c3,
                                          0x466482d2, 0x09aa9f07, 0x05d7c214, 0xa2028bd9,
                                          0xd19c12b5, 0xb94e16de, 0xe883d0cb, 0x4e3c50a2};
    uint32_t out[16];
    chacha20_block(state, out);
    AZ_CHECK_BYTES(out, expected, sizeof out);
}

AZ_TEST(what_was_given_out_is_gone_from_memory)
{
    reset(1);
    uint8_t out[64];
    AZ_CHECK_EQ(az_random_bytes(out, sizeof out), 0);
    for (size_t at = 0; at + 8 <= sizeof pool; at++)
        for (size_t part = 0; part + 8 <= sizeof out; part++)
            AZ_CHECK(memcmp(pool.bytes + at, out + part, 8) != 0);
    for (size_t i = 0; i < KEY_BYTES + sizeof out; i++)
        AZ_CHECK_EQ(pool.bytes[i], 0);
}

AZ_TEST(a_source_that_gives_nothing_seeds_nothing)
{
    reset(1);
    gives = 31;
    uint8_t out[4];
    AZ_CHECK_EQ(az_random_bytes(out, sizeof out), -EAGAIN);
    AZ_CHECK_EQ(az_sys_getrandom(out, sizeof out, GRND_NONBLOCK), -EAGAIN);
    AZ_CHECK_EQ(az_sys_getrandom(out, sizeof out, 0), -ENOSYS);
    AZ_CHECK_EQ(az_sys_getrandom(out, sizeof out, GRND_INSECURE), 4);
    AZ_CHECK(az_random_u32() != az_random_u32());
    gives = 32; /* there is entropy now */
    AZ_CHECK_EQ(az_random_bytes(out, sizeof out), 0);
}

AZ_TEST(bytes_are_spread_evenly_and_never_repeat)
{
    reset(7);
    static uint8_t out[1 << 16];
    AZ_CHECK_EQ(az_random_bytes(out, sizeof out), 0);
    unsigned count[256] = {0};
    for (size_t i = 0; i < sizeof out; i++)
        count[out[i]]++;
    for (unsigned i = 0; i < 256; i++)
        AZ_CHECK(count[i] > 160 && count[i] < 360); /* 256 expected, 6 sigma */
    for (size_t i = 0; i + 32 <= sizeof out; i += 16)
        AZ_CHECK(memcmp(out + i, out + i + 16, 16) != 0);
}

AZ_TEST(the_sources_are_asked_again_after_14_mib)
{
    reset(3);
    static uint8_t out[1 << 20];
    for (unsigned i = 0; i < 13; i++)
        AZ_CHECK_EQ(az_random_bytes(out, sizeof out), 0);
    AZ_CHECK_EQ(asked, 1);
    for (unsigned i = 0; i < 2; i++)
        AZ_CHECK_EQ(az_random_bytes(out, sizeof out), 0);
    AZ_CHECK_EQ(asked, 2);
}

AZ_TEST(getrandom_checks_flags_and_memory)
{
    reset(9);
    static uint8_t out[1000];
    AZ_CHECK_EQ(az_sys_getrandom(out, sizeof out, 0), 1000);
    AZ_CHECK_EQ(az_sys_getrandom(out, 0, 0), 0);
    AZ_CHECK_EQ(az_sys_getrandom(out, 8, 8), -EINVAL);
    AZ_CHECK_EQ(az_sys_getrandom(out, 8, GRND_RANDOM | GRND_INSECURE), -EINVAL);
    AZ_CHECK_EQ(az_sys_getrandom(NULL, 8, 0), -EFAULT);
}
