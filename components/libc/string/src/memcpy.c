/*
 * memcpy() and memmove() in general registers, so that they may run in interrupts and page faults without touching
 * the interrupted code's vector registers.
 *
 * Up to four words there is no loop at all: two or four overlapping accesses cover every length.
 */
#include <string.h>

#include "word.h"

typedef uint32_t __attribute__((may_alias, aligned(1))) word32;
typedef uint16_t __attribute__((may_alias, aligned(1))) word16;

/* At most four words. Reads everything before it writes, so `to` and `from` may overlap. */
static void *copy_few(char *to, const char *from, size_t count)
{
    if (count >= 2 * WORD) {
        const az_word a = *(const az_word *)from, b = *(const az_word *)(from + WORD);
        const az_word y = *(const az_word *)(from + count - 2 * WORD);
        const az_word z = *(const az_word *)(from + count - WORD);
        *(az_word *)to = a;
        *(az_word *)(to + WORD) = b;
        *(az_word *)(to + count - 2 * WORD) = y;
        *(az_word *)(to + count - WORD) = z;
    } else if (count >= WORD) {
        const az_word a = *(const az_word *)from, z = *(const az_word *)(from + count - WORD);
        *(az_word *)to = a;
        *(az_word *)(to + count - WORD) = z;
    } else if (count >= 4) {
        const word32 a = *(const word32 *)from, z = *(const word32 *)(from + count - 4);
        *(word32 *)to = a;
        *(word32 *)(to + count - 4) = z;
    } else if (count >= 2) {
        const word16 a = *(const word16 *)from, z = *(const word16 *)(from + count - 2);
        *(word16 *)to = a;
        *(word16 *)(to + count - 2) = z;
    } else if (count) {
        *to = *from;
    }
    return to;
}

/* More than four words, upwards. Right for overlapping memory when `to` is below `from`. */
static void copy_up(char *to, const char *from, size_t count)
{
    if (count >= REP_BYTES) {
        word_rep_movs(&to, &from, count / WORD);
        copy_few(to, from, count % WORD);
        return;
    }
    do {
        const az_word a = *(const az_word *)from, b = *(const az_word *)(from + WORD);
        const az_word c = *(const az_word *)(from + 2 * WORD), d = *(const az_word *)(from + 3 * WORD);
        *(az_word *)to = a;
        *(az_word *)(to + WORD) = b;
        *(az_word *)(to + 2 * WORD) = c;
        *(az_word *)(to + 3 * WORD) = d;
        to += 4 * WORD;
        from += 4 * WORD;
        count -= 4 * WORD;
    } while (count > 4 * WORD);
    copy_few(to, from, count);
}

static void copy_down(char *to, const char *from, size_t count)
{
    do {
        count -= 2 * WORD;
        const az_word a = *(const az_word *)(from + count), b = *(const az_word *)(from + count + WORD);
        *(az_word *)(to + count) = a;
        *(az_word *)(to + count + WORD) = b;
    } while (count > 4 * WORD);
    copy_few(to, from, count);
}

void *memcpy(void *restrict to, const void *restrict from, size_t count)
{
    if (count <= 4 * WORD)
        return copy_few(to, from, count);
    copy_up(to, from, count);
    return to;
}

void *memmove(void *to, const void *from, size_t count)
{
    if (count <= 4 * WORD)
        return copy_few(to, from, count);
    if ((uintptr_t)to - (uintptr_t)from >= count)
        copy_up(to, from, count);
    else
        copy_down(to, from, count);
    return to;
}
