/*
 * Large objects: a region of their own, with its description at the aligned start of the 256 KiB that the object
 * begins in, where that of a chunk would be.
 */
#include <az/vm.h>

#include "heap.h"

#define LARGE_MAGIC ((uintptr_t)0xa21a46e5)
#define LARGE_HEADER_BYTES 64u

struct large {
    uintptr_t magic;
    uintptr_t object;
    uintptr_t end;
};

_Static_assert(sizeof(struct large) <= LARGE_HEADER_BYTES, "the object begins behind its description");

void *pages_aligned(size_t bytes, size_t align, size_t before)
{
    /* Address space costs nothing until it is touched: take enough for any place, and give back the ends. */
    size_t reserved;
    if (__builtin_add_overflow(bytes, align, &reserved))
        return NULL;
    char *const start = az_app_pages_alloc(reserved);
    if (!start)
        return NULL;
    char *const kept = (char *)(AZ_ROUND_UP((uintptr_t)start + before, (uintptr_t)align) - before);
    if (kept > start)
        az_app_pages_free(start, (size_t)(kept - start));
    if (kept + bytes < start + reserved)
        az_app_pages_free(kept + bytes, (size_t)(start + reserved - (kept + bytes)));
    return kept;
}

void *large_alloc(size_t bytes, size_t align)
{
    /* An object aligned to more than a chunk begins where another would: its description is a chunk before. */
    const size_t offset = align >= CHUNK_BYTES ? CHUNK_BYTES : AZ_MAX(align, (size_t)LARGE_HEADER_BYTES);
    size_t whole;
    if (__builtin_add_overflow(bytes, offset + AZ_PAGE_BYTES - 1, &whole))
        return NULL;
    whole = AZ_ROUND_DOWN(whole, (size_t)AZ_PAGE_BYTES);
    struct large *large =
        pages_aligned(whole, AZ_MAX(align, (size_t)CHUNK_BYTES), align >= CHUNK_BYTES ? CHUNK_BYTES : 0);
    if (!large)
        return NULL;
    large->magic = LARGE_MAGIC ^ (uintptr_t)large;
    large->object = (uintptr_t)large + offset;
    large->end = (uintptr_t)large + whole;
    return (void *)large->object;
}

void large_free(struct large *large)
{
    az_app_pages_free(large, large->end - (uintptr_t)large);
}

size_t large_bytes(const struct large *large)
{
    return large->end - large->object;
}

void large_shrink(struct large *large, size_t bytes)
{
    const uintptr_t end = AZ_ROUND_UP(large->object + bytes, (uintptr_t)AZ_PAGE_BYTES);
    if (end == large->end)
        return;
    az_app_pages_free((void *)end, large->end - end);
    large->end = end;
}

bool large_is(const void *start)
{
    return ((const struct large *)start)->magic == (LARGE_MAGIC ^ (uintptr_t)start);
}

void *large_object(const struct large *large)
{
    return (void *)large->object;
}
