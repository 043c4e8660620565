/*
 * The parts of the heap. Everything malloc knows about an object lies apart from it, at the start of the aligned
 * 256 KiB that the object is in: an overrun damages neighbours but not the bookkeeping, and a pointer that malloc
 * never returned, or that was freed before, is told for what it is.
 *
 *   small    up to 4 KiB: one object of a slab, a few pages cut into objects of one size class
 *   run      up to 64 KiB: whole pages of a chunk
 *   large    a region of its own, given back to the system when freed
 *
 * Memory is never touched before it is handed out, but for one page of bookkeeping in each chunk: pages come from
 * mm.vm unbacked.
 */
#ifndef HEAP_H
#define HEAP_H

#include <az/base.h>

#define OBJECT_ALIGN 16u
#define SMALL_BYTES_MAX 4096u
#define CHUNK_BYTES 262144u
#define CHUNK_PAGES (CHUNK_BYTES / AZ_PAGE_BYTES)
#define RUN_PAGES_MAX 16u
#define RUN_BYTES_MAX (RUN_PAGES_MAX * AZ_PAGE_BYTES)
#define SLAB_OBJECTS_MAX 256u
#define SLAB_WORDS (SLAB_OBJECTS_MAX / 32)
#define SIZE_CLASSES 28u

enum run_use {
    RUN_FREE,  /* also every page of a run but its first */
    RUN_SLAB,
    RUN_PAGES, /* one object */
};

/* A run of pages in a chunk, described in the entry of its first page. */
struct run {
    struct run *next, *previous; /* RUN_SLAB with free objects: others of its class */
    uint32_t free[SLAB_WORDS];   /* RUN_SLAB: a bit for each object that is free */
    uint16_t free_count;
    uint16_t fresh;       /* RUN_SLAB: no object from here on has been handed out */
    uint8_t use;          /* enum run_use */
    uint8_t size_class;   /* RUN_SLAB */
    uint8_t pages;
    uint8_t first;        /* index of the first page of the run that this page is in */
    bool clean;           /* its pages were zero when the run was made */
};

struct chunk {
    uintptr_t magic;
    struct chunk *next, *previous;
    uint64_t free_pages; /* a bit for each */
    uint64_t used_pages; /* a bit for each that has ever been in a run: others are zero */
    struct run run[CHUNK_PAGES - 1]; /* of the page after the first, and so on */
};

_Static_assert(CHUNK_PAGES == 64, "one bit of a 64-bit mask for each page of a chunk");
_Static_assert(sizeof(struct chunk) <= AZ_PAGE_BYTES, "bookkeeping fits the first page of a chunk");

/* What a pointer from malloc refers to. */
struct object {
    enum { OBJECT_SMALL, OBJECT_RUN, OBJECT_LARGE } kind;
    struct run *run;     /* OBJECT_SMALL, OBJECT_RUN */
    unsigned index;      /* OBJECT_SMALL: in its slab */
    struct large *large; /* OBJECT_LARGE */
};

/* The object at `pointer`. Panics when malloc has no live object there; `caller` is named in the message. */
struct object heap_object(const void *pointer, const char *caller);

/* -- chunk.c -- */

/* A run of `pages` (at most RUN_PAGES_MAX) pages of which `use` says what for; NULL without memory. */
struct run *run_alloc(unsigned pages, enum run_use use);
void run_free(struct run *run);
/* Makes a run longer or shorter where it is; false when the pages after it are not free. */
bool run_resize(struct run *run, unsigned pages);
void *run_start(const struct run *run);
/* The run that an address in a chunk lies in; NULL when it is in none. */
struct run *run_at(const void *pointer);
struct chunk *chunk_of(const void *pointer);
bool chunk_is(const void *start);

/* -- slab.c -- */

/* The class of the smallest size that holds `bytes` (1 to SMALL_BYTES_MAX) as a multiple of `align`. */
unsigned size_class_of(size_t bytes, size_t align);
size_t size_class_bytes(unsigned size_class);
/* A free object of a class; `*out_zero` tells that its bytes are zero already. NULL without memory. */
void *slab_alloc(unsigned size_class, bool *out_zero);
void slab_free(struct run *slab, unsigned index);
/* Whether `pointer` is the start of an object that is not free, and which. */
bool slab_holds(const struct run *slab, const void *pointer, unsigned *out_index);

/* -- large.c -- */

struct large;
/* Zeroed, aligned to `align`, a power of two. NULL without memory. */
void *large_alloc(size_t bytes, size_t align);
void large_free(struct large *large);
size_t large_bytes(const struct large *large);
/* Gives back what is behind `bytes`. */
void large_shrink(struct large *large, size_t bytes);
bool large_is(const void *start);
void *large_object(const struct large *large);
/* Pages of the system at an address that is a multiple of `align`, less `before` bytes. NULL without memory. */
void *pages_aligned(size_t bytes, size_t align, size_t before);

#endif
