/* malloc: patterns that come back whole, alignment, sizes that cannot be. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "show.h"

#define COUNT 500

static uint32_t seed = 1;

static uint32_t next(void)
{
    return seed = seed * 1664525 + 1013904223;
}

int main(void)
{
    static unsigned char *blocks[COUNT];
    static size_t sizes[COUNT];
    long wrong = 0, unaligned = 0;
    for (int step = 0; step < 20000; step++) {
        const size_t i = next() % COUNT;
        for (size_t at = 0; at < sizes[i]; at += 97)
            wrong += blocks[i][at] != (unsigned char)i;
        if (next() % 3 == 0) {
            free(blocks[i]);
            blocks[i] = NULL;
            sizes[i] = 0;
            continue;
        }
        const size_t size = next() % (next() % 10 == 0 ? 100000 : 500) + 1;
        unsigned char *block = blocks[i] ? realloc(blocks[i], size) : malloc(size);
        for (size_t at = 0; at < sizes[i] && at < size; at += 97)
            wrong += block[at] != (unsigned char)i;
        memset(block, (int)i, size);
        unaligned += (uintptr_t)block % _Alignof(max_align_t) != 0;
        blocks[i] = block;
        sizes[i] = size;
    }
    SHOW(wrong);
    SHOW(unaligned);
    char *zeroed = calloc(1000, 7);
    long not_zero = 0;
    for (int i = 0; i < 7000; i++)
        not_zero += zeroed[i] != 0;
    SHOW(not_zero);
    volatile size_t huge = SIZE_MAX / 2;
    SHOW(malloc(huge) == NULL);
    SHOW(errno == ENOMEM);
    SHOW(calloc(huge, 4) == NULL);
    void *aligned = NULL;
    SHOW(posix_memalign(&aligned, 4096, 100));
    SHOW((uintptr_t)aligned % 4096);
    SHOW(posix_memalign(&aligned, 3, 100) == EINVAL);
    free(NULL);
    return 0;
}
