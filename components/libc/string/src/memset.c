/* memset() in general registers, for the reasons that memcpy.c gives. */
#include <string.h>

#include "word.h"

void *memset(void *to, int byte, size_t count)
{
    const az_word word = WORD_OF(byte);
    char *at = to;

    if (count < WORD) {
        while (count)
            at[--count] = (char)byte;
        return to;
    }
    char *const last = at + count - WORD; /* the final word, which may overlap the one before */
    if (count >= REP_BYTES) {
        word_rep_stos(at, word, count / WORD);
        at = last;
    } else {
        for (; count >= 4 * WORD; count -= 4 * WORD, at += 4 * WORD) {
            *(az_word *)at = word;
            *(az_word *)(at + WORD) = word;
            *(az_word *)(at + 2 * WORD) = word;
            *(az_word *)(at + 3 * WORD) = word;
        }
    }
    for (; at < last; at += WORD)
        *(az_word *)at = word;
    *(az_word *)last = word;
    return to;
}
