/*
 * malloc() and its family over slabs, runs and regions (heap.h). Threads are cooperative and nothing in here waits, so
 * there is no lock, and no system call either: pages come from mm.vm by a plain call.
 */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include <az/log.h>

#include "heap.h"

/* Bytes aligned to `align`, a power of two; `*out_zero` tells that they are zero already. */
static void *allocate(size_t bytes, size_t align, bool *out_zero)
{
    void *object = NULL;
    bytes = AZ_MAX(bytes, (size_t)1);
    *out_zero = true;
    if (bytes <= SMALL_BYTES_MAX && align <= AZ_PAGE_BYTES) {
        object = slab_alloc(size_class_of(bytes, AZ_MAX(align, (size_t)OBJECT_ALIGN)), out_zero);
    } else if (bytes <= RUN_BYTES_MAX && align <= AZ_PAGE_BYTES) {
        const struct run *run =
            run_alloc((unsigned)((bytes + AZ_PAGE_BYTES - 1) / AZ_PAGE_BYTES), RUN_PAGES);
        if (run) {
            object = run_start(run);
            *out_zero = run->clean;
        }
    } else if (bytes <= PTRDIFF_MAX) {
        object = large_alloc(bytes, align);
    }
    if (!object)
        errno = ENOMEM;
    return object;
}

struct object heap_object(const void *pointer, const char *caller)
{
    struct chunk *start = chunk_of(pointer);
    if (large_is(start)) {
        struct large *large = (struct large *)(void *)start;
        if (large_object(large) == pointer)
            return (struct object){.kind = OBJECT_LARGE, .large = large};
    } else if (chunk_is(start)) {
        struct run *run = run_at(pointer);
        struct object object = {.kind = OBJECT_SMALL, .run = run};
        if (run && run->use == RUN_SLAB && slab_holds(run, pointer, &object.index))
            return object;
        object.kind = OBJECT_RUN;
        if (run && run->use == RUN_PAGES && run_start(run) == pointer)
            return object;
    }
    az_panic("%s(%p): freed before, or never from malloc", caller, pointer);
}

static size_t object_bytes(const struct object *object)
{
    switch (object->kind) {
    case OBJECT_SMALL:
        return size_class_bytes(object->run->size_class);
    case OBJECT_RUN:
        return (size_t)object->run->pages * AZ_PAGE_BYTES;
    case OBJECT_LARGE:
        return large_bytes(object->large);
    }
    __builtin_unreachable();
}

static void release(const struct object *object)
{
    switch (object->kind) {
    case OBJECT_SMALL:
        slab_free(object->run, object->index);
        break;
    case OBJECT_RUN:
        run_free(object->run);
        break;
    case OBJECT_LARGE:
        large_free(object->large);
        break;
    }
}

/* True when the object, where it is, is as large as a new one of `bytes` would be. */
static bool resize_in_place(const struct object *object, size_t bytes)
{
    switch (object->kind) {
    case OBJECT_SMALL:
        return bytes <= SMALL_BYTES_MAX && size_class_of(AZ_MAX(bytes, (size_t)1), 1) == object->run->size_class;
    case OBJECT_RUN:
        return bytes > SMALL_BYTES_MAX && bytes <= RUN_BYTES_MAX &&
               run_resize(object->run, (unsigned)((bytes + AZ_PAGE_BYTES - 1) / AZ_PAGE_BYTES));
    case OBJECT_LARGE:
        if (bytes <= RUN_BYTES_MAX || bytes > large_bytes(object->large))
            return false;
        large_shrink(object->large, bytes);
        return true;
    }
    __builtin_unreachable();
}

void *malloc(size_t bytes)
{
    bool zero;
    return allocate(bytes, 1, &zero);
}

void free(void *pointer)
{
    if (!pointer)
        return;
    const struct object object = heap_object(pointer, "free");
    release(&object);
}

void *calloc(size_t count, size_t each)
{
    size_t bytes;
    bool zero;
    if (__builtin_mul_overflow(count, each, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    void *object = allocate(bytes, 1, &zero);
    if (object && !zero)
        memset(object, 0, bytes);
    return object;
}

void *realloc(void *pointer, size_t bytes)
{
    if (!pointer)
        return malloc(bytes);
    const struct object object = heap_object(pointer, "realloc");
    if (resize_in_place(&object, bytes))
        return pointer;
    void *moved = malloc(bytes);
    if (!moved)
        return NULL;
    memcpy(moved, pointer, AZ_MIN(bytes, object_bytes(&object)));
    release(&object);
    return moved;
}

void *reallocarray(void *pointer, size_t count, size_t each)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, each, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(pointer, bytes);
}

void *aligned_alloc(size_t align, size_t bytes)
{
    bool zero;
    if (align == 0 || align & (align - 1)) {
        errno = EINVAL;
        return NULL;
    }
    return allocate(bytes, align, &zero);
}

void *memalign(size_t align, size_t bytes)
{
    return aligned_alloc(align, bytes);
}

int posix_memalign(void **out, size_t align, size_t bytes)
{
    const int before = errno; /* which posix_memalign() does not set */
    if (align < sizeof(void *) || align & (align - 1))
        return EINVAL;
    void *object = aligned_alloc(align, bytes);
    errno = before;
    if (!object)
        return ENOMEM;
    *out = object;
    return 0;
}

size_t malloc_usable_size(void *pointer)
{
    if (!pointer)
        return 0;
    const struct object object = heap_object(pointer, "malloc_usable_size");
    return object_bytes(&object);
}

/* The names under which musl's own functions call them. */
void *__libc_malloc(size_t bytes) __attribute__((alias("malloc")));
void *__libc_calloc(size_t count, size_t each) __attribute__((alias("calloc")));
void *__libc_realloc(void *pointer, size_t bytes) __attribute__((alias("realloc")));
void __libc_free(void *pointer) __attribute__((alias("free")));
