/*
 * strcmp() and strncmp(). Where both strings lie alike relative to a word, words are compared until they differ or
 * one holds the end; the bytes of that word decide. Other strings go byte by byte.
 */
#include <string.h>

#include "word.h"

READS_WORDS int strcmp(const char *left, const char *right)
{
    const unsigned char *l = (const unsigned char *)left, *r = (const unsigned char *)right;

    if (((uintptr_t)l - (uintptr_t)r) % WORD == 0) {
        for (; !word_aligned(l); l++, r++)
            if (*l != *r || !*l)
                return *l - *r;
        for (;; l += WORD, r += WORD) {
            const az_word word = *(const az_word *)l;
            if (word != *(const az_word *)r || word_zeros(word))
                break;
        }
    }
    for (; *l == *r && *l; l++, r++)
        continue;
    return *l - *r;
}

int strncmp(const char *left, const char *right, size_t count)
{
    const unsigned char *l = (const unsigned char *)left, *r = (const unsigned char *)right;

    for (; count; count--, l++, r++)
        if (*l != *r || !*l)
            return *l - *r;
    return 0;
}
