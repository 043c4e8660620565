/*
 * Slabs: a run of pages, cut into objects of one size. Sizes go in steps of 16 bytes up to 128, then four to each
 * power of two, so that rounding up wastes at most a fifth. Which objects are free is a bit for each.
 */
#include "heap.h"

static struct run *partial[SIZE_CLASSES]; /* slabs with free objects, by class */

#define LINEAR_CLASSES 8u /* 16, 32, ... 128 */

size_t size_class_bytes(unsigned size_class)
{
    if (size_class < LINEAR_CLASSES)
        return (size_class + 1) * OBJECT_ALIGN;
    const unsigned step = size_class - LINEAR_CLASSES; /* 160, 192, 224, 256, 320, ... */
    return (size_t)(5 + step % 4) << (5 + step / 4);
}

static unsigned smallest_class(size_t bytes)
{
    if (bytes <= LINEAR_CLASSES * OBJECT_ALIGN)
        return (unsigned)((bytes - 1) / OBJECT_ALIGN);
    const unsigned top = 31 - (unsigned)__builtin_clz((unsigned)bytes - 1); /* 2^top <= bytes - 1 */
    return LINEAR_CLASSES + (top - 7) * 4 + (unsigned)((bytes - 1) >> (top - 2) & 3);
}

unsigned size_class_of(size_t bytes, size_t align)
{
    unsigned size_class = smallest_class(bytes);
    while (size_class_bytes(size_class) % align != 0)
        size_class++;
    return size_class;
}

/* Pages of a slab: for at least eight objects. */
static unsigned slab_pages(size_t bytes)
{
    return bytes <= 512 ? 1 : bytes <= 1024 ? 2 : bytes <= 2048 ? 4 : 8;
}

static void link_slab(struct run *slab)
{
    struct run **head = &partial[slab->size_class];
    slab->previous = NULL;
    slab->next = *head;
    if (*head)
        (*head)->previous = slab;
    *head = slab;
}

static void unlink_slab(struct run *slab)
{
    if (slab->previous)
        slab->previous->next = slab->next;
    else
        partial[slab->size_class] = slab->next;
    if (slab->next)
        slab->next->previous = slab->previous;
}

static unsigned object_count(const struct run *slab)
{
    return (unsigned)(slab->pages * AZ_PAGE_BYTES / size_class_bytes(slab->size_class));
}

static struct run *make_slab(unsigned size_class)
{
    struct run *slab = run_alloc(slab_pages(size_class_bytes(size_class)), RUN_SLAB);
    if (!slab)
        return NULL;
    slab->size_class = (uint8_t)size_class;
    slab->free_count = (uint16_t)object_count(slab);
    for (unsigned i = 0; i < slab->free_count; i++)
        slab->free[i / 32] |= 1u << i % 32;
    link_slab(slab);
    return slab;
}

void *slab_alloc(unsigned size_class, bool *out_zero)
{
    struct run *slab = partial[size_class];
    if (!slab && !(slab = make_slab(size_class)))
        return NULL;

    unsigned word = 0;
    while (!slab->free[word])
        word++;
    const unsigned index = word * 32 + (unsigned)__builtin_ctz(slab->free[word]);
    slab->free[word] &= slab->free[word] - 1;
    if (--slab->free_count == 0)
        unlink_slab(slab);
    /* The lowest free object comes first, so those never handed out are the last ones. */
    *out_zero = slab->clean && index >= slab->fresh;
    if (index >= slab->fresh)
        slab->fresh = (uint16_t)(index + 1);
    return (char *)run_start(slab) + index * size_class_bytes(size_class);
}

void slab_free(struct run *slab, unsigned index)
{
    slab->free[index / 32] |= 1u << index % 32;
    if (slab->free_count++ == 0)
        link_slab(slab);
    /* An empty slab goes, unless it is all its class has. */
    if (slab->free_count == object_count(slab) && (slab->next || slab->previous)) {
        unlink_slab(slab);
        run_free(slab);
    }
}

bool slab_holds(const struct run *slab, const void *pointer, unsigned *out_index)
{
    const unsigned offset = (unsigned)((uintptr_t)pointer - (uintptr_t)run_start(slab));
    const unsigned bytes = (unsigned)size_class_bytes(slab->size_class);
    const unsigned index = offset / bytes;
    *out_index = index;
    return offset % bytes == 0 && index < object_count(slab) && !(slab->free[index / 32] >> index % 32 & 1);
}
