/*
 * memchr() and strchrnul(): aligned words, each looked at for the byte by arithmetic on all its bytes. What lies before the start in the
 * first word is made to differ from what is looked for.
 */
#include <string.h>

#include "word.h"

READS_WORDS void *memchr(const void *from, int byte, size_t count)
{
    const char *at = word_start(from);
    const az_word pattern = WORD_OF(byte);

    if (!count)
        return NULL;
    az_word found = word_zeros((*(const az_word *)at ^ pattern) | word_before(from));
    while (!found) {
        at += WORD;
        if ((uintptr_t)at - (uintptr_t)from >= count)
            return NULL;
        found = word_zeros(*(const az_word *)at ^ pattern);
    }
    at += word_first(found);
    return (uintptr_t)at - (uintptr_t)from < count ? (void *)(uintptr_t)at : NULL;
}

READS_WORDS char *strchrnul(const char *string, int byte)
{
    const az_word pattern = WORD_OF(byte);
    az_word before = word_before(string);

    for (const char *at = word_start(string);; at += WORD) {
        const az_word word = *(const az_word *)at;
        const az_word found = word_zeros(word | before) | word_zeros((word ^ pattern) | before);
        if (found) /* the lower of the two lowest bits, both exact */
            return (char *)(uintptr_t)(at + word_first(found));
        before = 0;
    }
}

/* The name under which musl's own functions call it. */
char *__strchrnul(const char *string, int byte) __attribute__((alias("strchrnul")));
