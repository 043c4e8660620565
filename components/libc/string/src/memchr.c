/* memchr() and strchrnul(): aligned words, each looked at for the byte by arithmetic on all its bytes. */
#include <string.h>

#include "word.h"

READS_WORDS void *memchr(const void *from, int byte, size_t count)
{
    const unsigned char *at = from;
    const az_word pattern = WORD_OF(byte);

    for (; count && !word_aligned(at); count--, at++)
        if (*at == (unsigned char)byte)
            return (void *)(uintptr_t)at;
    for (; count >= WORD; count -= WORD, at += WORD) {
        const az_word found = word_zeros(*(const az_word *)at ^ pattern);
        if (found)
            return (void *)(uintptr_t)(at + word_first(found));
    }
    for (; count; count--, at++)
        if (*at == (unsigned char)byte)
            return (void *)(uintptr_t)at;
    return NULL;
}

READS_WORDS char *strchrnul(const char *string, int byte)
{
    const az_word pattern = WORD_OF(byte);

    for (; !word_aligned(string); string++)
        if (*string == (char)byte || !*string)
            return (char *)(uintptr_t)string;
    for (;; string += WORD) {
        const az_word word = *(const az_word *)string;
        const az_word ends = word_zeros(word), hits = word_zeros(word ^ pattern);
        if (ends | hits) /* the lower of the two lowest bits, both exact */
            return (char *)(uintptr_t)(string + word_first(ends | hits));
    }
}

/* The name under which musl's own functions call it. */
char *__strchrnul(const char *string, int byte) __attribute__((alias("strchrnul")));
