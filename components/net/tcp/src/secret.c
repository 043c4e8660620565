/*
 * What a stranger must not guess: initial sequence numbers (RFC 6528), timestamps' start (RFC 7323, 7.1), cookies. SipHash-2-4
 * (Aumasson and Bernstein, 2012) under a key drawn at first use.
 */
#include <az/random.h>

#include "tcp_parts.h"

static uint64_t rotate(uint64_t value, unsigned bits)
{
    return value << bits | value >> (64 - bits);
}

static void sip_rounds(uint64_t v[4], unsigned rounds)
{
    while (rounds--) {
        v[0] += v[1];
        v[2] += v[3];
        v[1] = rotate(v[1], 13) ^ v[0];
        v[3] = rotate(v[3], 16) ^ v[2];
        v[0] = rotate(v[0], 32);
        v[2] += v[1];
        v[0] += v[3];
        v[1] = rotate(v[1], 17) ^ v[2];
        v[3] = rotate(v[3], 21) ^ v[0];
        v[2] = rotate(v[2], 32);
    }
}

static void sip_word(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    sip_rounds(v, 2);
    v[0] ^= word;
}

static void tcp_seed(struct tcp_stack *stack)
{
    if (az_random_bytes(stack->secret, sizeof(stack->secret))) {
        for (unsigned i = 0; i < 2; i++)
            stack->secret[i] = (uint64_t)az_random_u32() << 32 | az_random_u32();
    }
    stack->seeded = true;
}

uint64_t tcp_siphash(const struct tcp_tuple *tuple, uint32_t extra)
{
    struct tcp_stack *stack = tcp_stack();
    if (!stack->seeded)
        tcp_seed(stack);
    uint64_t k0 = stack->secret[0], k1 = stack->secret[1];
    uint64_t v[4] = {k0 ^ 0x736f6d6570736575u, k1 ^ 0x646f72616e646f6du, k0 ^ 0x6c7967656e657261u,
                     k1 ^ 0x7465646279746573u};
    sip_word(v, (uint64_t)tuple->remote << 32 | tuple->local);
    sip_word(v, (uint64_t)tuple->remote_port << 48 | (uint64_t)tuple->local_port << 32 | extra);
    sip_word(v, (uint64_t)16 << 56);
    v[2] ^= 0xff;
    sip_rounds(v, 4);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint32_t tcp_initial_sequence(const struct tcp_tuple *tuple, az_time now)
{
    return (uint32_t)tcp_siphash(tuple, 0) + (uint32_t)(now >> 12); /* a tick of 4.096 us */
}

uint32_t tcp_timestamp(az_time now)
{
    return (uint32_t)(now >> 20) + (uint32_t)tcp_stack()->secret[1];
}
