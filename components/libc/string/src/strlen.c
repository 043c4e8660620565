/* strlen(): aligned words, as in memchr.c. */
#include <string.h>

#include "word.h"

READS_WORDS size_t strlen(const char *string)
{
    const char *at = string;

    for (; !word_aligned(at); at++)
        if (!*at)
            return (size_t)(at - string);
    for (;; at += WORD) {
        const az_word ends = word_zeros(*(const az_word *)at);
        if (ends)
            return (size_t)(at - string) + word_first(ends);
    }
}
