/* The Internet checksum (RFC 1071): one's complement sum of 16-bit words, added 64 bits at a time in any byte order. */
#include <az/ipv4.h>

typedef uintptr_t __attribute__((may_alias, aligned(1))) word;
typedef uint32_t __attribute__((may_alias, aligned(1))) word32;
typedef uint16_t __attribute__((may_alias, aligned(1))) word16;

#define WORD sizeof(word)

/* One instruction and the carry, which is counted apart. */
#define ADD(offset)                                     \
    do {                                                \
        const uintptr_t term = *(const word *)(at + (offset)); \
        total += term;                                  \
        carries += total < term;                        \
    } while (0)

uint32_t az_checksum_add(uint32_t sum, const void *data, size_t bytes)
{
    const uint8_t *at = data;
    uintptr_t total = sum, carries = 0;

    for (; bytes >= 4 * WORD; at += 4 * WORD, bytes -= 4 * WORD) {
        ADD(0);
        ADD(WORD);
        ADD(2 * WORD);
        ADD(3 * WORD);
    }
    for (; bytes >= WORD; at += WORD, bytes -= WORD)
        ADD(0);

    uint64_t folded = (uint64_t)(uint32_t)total + ((uint64_t)total >> 32) + carries;
    if (WORD > 4 && bytes & 4) {
        folded += *(const word32 *)at;
        at += 4;
    }
    if (bytes & 2) {
        folded += *(const word16 *)at;
        at += 2;
    }
    if (bytes & 1)
        folded += *at;
    folded = (uint32_t)folded + (folded >> 32);
    folded = (folded & 0xffff) + (folded >> 16);
    folded = (folded & 0xffff) + (folded >> 16);
    return (uint32_t)((folded & 0xffff) + (folded >> 16));
}
