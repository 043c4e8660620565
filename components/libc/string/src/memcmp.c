/* memcmp(): a word at a time; the first words that differ are compared as big-endian numbers. */
#include <string.h>

#include "word.h"

static int order(az_word left, az_word right)
{
    if (WORD == 8) {
        left = (az_word)__builtin_bswap64(left);
        right = (az_word)__builtin_bswap64(right);
    } else {
        left = (az_word)__builtin_bswap32((uint32_t)left);
        right = (az_word)__builtin_bswap32((uint32_t)right);
    }
    return left < right ? -1 : 1;
}

int memcmp(const void *left, const void *right, size_t count)
{
    const unsigned char *l = left, *r = right;

    for (; count >= WORD; count -= WORD, l += WORD, r += WORD) {
        const az_word a = *(const az_word *)l, b = *(const az_word *)r;
        if (a != b)
            return order(a, b);
    }
    for (; count; count--, l++, r++)
        if (*l != *r)
            return *l - *r;
    return 0;
}
