/* strlen(): aligned words, as in memchr.c. */
#include <string.h>

#include "word.h"

READS_WORDS size_t strlen(const char *string)
{
    const char *at = word_start(string);
    az_word ends = word_zeros(*(const az_word *)at | word_before(string));

    while (!ends) {
        at += WORD;
        ends = word_zeros(*(const az_word *)at);
    }
    return (size_t)(at - string) + word_first(ends);
}
