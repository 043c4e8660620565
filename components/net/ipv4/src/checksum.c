/* The Internet checksum (RFC 1071): one's complement sum of 16-bit words, added 64 bits at a time in any byte order. */
#include <az/ipv4.h>

uint32_t az_checksum_add(uint32_t sum, const void *data, size_t bytes)
{
    const uint8_t *at = data;
    uint64_t total = sum;

    for (; bytes >= 8; at += 8, bytes -= 8) {
        uint64_t word;
        __builtin_memcpy(&word, at, 8);
        total += (uint32_t)word;
        total += word >> 32;
    }
    if (bytes) {
        uint64_t word = 0;
        __builtin_memcpy(&word, at, bytes);
        total += (uint32_t)word;
        total += word >> 32;
    }
    total = (uint32_t)total + (total >> 32);
    total = (total & 0xffff) + (total >> 16);
    total = (total & 0xffff) + (total >> 16);
    return (uint32_t)((total & 0xffff) + (total >> 16));
}
