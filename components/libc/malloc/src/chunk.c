/* Chunks: 256 KiB of address space, aligned to their size, of which the first page describes the others. */
#include <az/vm.h>

#include "heap.h"

#define CHUNK_MAGIC ((uintptr_t)0xa2c0ffee)

static struct chunk *chunks; /* those with a free page, the one used last first */
static unsigned empty_chunks;

static const uint64_t all_pages = ~(uint64_t)1; /* but the first */

static uint64_t mask_of(unsigned first, unsigned pages)
{
    return (((uint64_t)1 << pages) - 1) << first;
}

static void link_chunk(struct chunk *chunk)
{
    chunk->previous = NULL;
    chunk->next = chunks;
    if (chunks)
        chunks->previous = chunk;
    chunks = chunk;
}

static void unlink_chunk(struct chunk *chunk)
{
    if (chunk->previous)
        chunk->previous->next = chunk->next;
    else
        chunks = chunk->next;
    if (chunk->next)
        chunk->next->previous = chunk->previous;
}

static struct chunk *make_chunk(void)
{
    struct chunk *chunk = pages_aligned(CHUNK_BYTES, CHUNK_BYTES, 0);
    if (!chunk)
        return NULL;
    chunk->magic = CHUNK_MAGIC ^ (uintptr_t)chunk;
    chunk->free_pages = all_pages;
    empty_chunks++;
    link_chunk(chunk);
    return chunk;
}

/* The first of `pages` free pages in a row; 0, which is never free, when there are none. */
static unsigned find_pages(const struct chunk *chunk, unsigned pages)
{
    uint64_t fits = chunk->free_pages;
    for (unsigned ahead = 1; ahead < pages && fits; ahead++)
        fits &= chunk->free_pages >> ahead;
    return fits ? (unsigned)__builtin_ctzll(fits) : 0;
}

static void take_pages(struct chunk *chunk, unsigned first, unsigned pages)
{
    if (chunk->free_pages == all_pages)
        empty_chunks--;
    chunk->free_pages &= ~mask_of(first, pages);
    chunk->used_pages |= mask_of(first, pages);
    if (!chunk->free_pages)
        unlink_chunk(chunk);
}

/* Keeps one empty chunk back, so that a program at the edge of one does not map and unmap it again and again. */
static void give_pages(struct chunk *chunk, unsigned first, unsigned pages)
{
    if (!chunk->free_pages)
        link_chunk(chunk);
    chunk->free_pages |= mask_of(first, pages);
    if (chunk->free_pages != all_pages)
        return;
    if (empty_chunks > 0) {
        unlink_chunk(chunk);
        az_app_pages_free(chunk, CHUNK_BYTES);
    } else {
        empty_chunks++;
    }
}

struct chunk *chunk_of(const void *pointer)
{
    return (struct chunk *)(((uintptr_t)pointer - 1) & ~(uintptr_t)(CHUNK_BYTES - 1));
}

bool chunk_is(const void *start)
{
    return ((const struct chunk *)start)->magic == (CHUNK_MAGIC ^ (uintptr_t)start);
}

/* The page that an entry describes. */
static unsigned page_of(const struct run *run)
{
    return (unsigned)(run - chunk_of(run)->run) + 1;
}

static struct run *entry(struct chunk *chunk, unsigned page)
{
    return &chunk->run[page - 1];
}

struct run *run_alloc(unsigned pages, enum run_use use)
{
    struct chunk *chunk = chunks;
    while (chunk && !find_pages(chunk, pages))
        chunk = chunk->next;
    if (!chunk && !(chunk = make_chunk()))
        return NULL;

    const unsigned first = find_pages(chunk, pages);
    struct run *run = entry(chunk, first);
    *run = (struct run){.use = (uint8_t)use,
                        .pages = (uint8_t)pages,
                        .clean = !(chunk->used_pages & mask_of(first, pages))};
    for (unsigned i = first; i < first + pages; i++)
        entry(chunk, i)->first = (uint8_t)first;
    take_pages(chunk, first, pages);
    return run;
}

void run_free(struct run *run)
{
    run->use = RUN_FREE;
    give_pages(chunk_of(run), page_of(run), run->pages);
}

bool run_resize(struct run *run, unsigned pages)
{
    struct chunk *chunk = chunk_of(run);
    const unsigned first = page_of(run), end = first + run->pages;

    if (pages < run->pages) {
        give_pages(chunk, first + pages, run->pages - pages);
    } else if (pages > run->pages) {
        const uint64_t more = first + pages <= CHUNK_PAGES ? mask_of(end, pages - run->pages) : 0;
        if (!more || (chunk->free_pages & more) != more)
            return false;
        for (unsigned i = end; i < first + pages; i++)
            entry(chunk, i)->first = (uint8_t)first;
        take_pages(chunk, end, pages - run->pages);
    }
    run->pages = (uint8_t)pages;
    return true;
}

void *run_start(const struct run *run)
{
    return (char *)chunk_of(run) + (size_t)page_of(run) * AZ_PAGE_BYTES;
}

struct run *run_at(const void *pointer)
{
    struct chunk *chunk = chunk_of(pointer);
    const unsigned page = (unsigned)(((uintptr_t)pointer - (uintptr_t)chunk) / AZ_PAGE_BYTES);
    if (page == 0 || page >= CHUNK_PAGES || chunk->free_pages >> page & 1)
        return NULL;
    return entry(chunk, entry(chunk, page)->first);
}
