/*
 * Small objects by size class, each class in slabs of one page: a header, then equal objects. Objects need no header of their
 * own, since free() is told the size; the slab is found by rounding down. A slab that empties goes back, but for the last one.
 * What is larger than half a page comes straight from mm.pages, in powers of two.
 */
#include <string.h>

#include <az/heap.h>
#include <az/pages.h>
#include <az/phys.h>

#define HEADER_BYTES 48u
#define SMALL_MAX 2016u

struct object {
    struct object *next;
};

struct slab {
    struct slab *next, **link; /* slabs of the class with room */
    struct object *free;
    uint16_t used, carved; /* objects in use; objects ever handed out, the rest has not been touched */
};
static_assert(sizeof(struct slab) <= HEADER_BYTES, "objects begin behind the header");

/* Chosen so that little of a page is left over. */
static const uint16_t class_bytes[] = {16,  32,  48,  64,  80,  96,  128, 160,  192, 224,
                                       256, 304, 400, 496, 576, 672, 800, 1008, 1344, SMALL_MAX};
#define CLASSES AZ_ARRAY_LENGTH(class_bytes)

static struct slab *with_room[CLASSES];
static struct az_heap_stats stats;

static unsigned class_of(size_t bytes)
{
    unsigned low = 0, high = CLASSES - 1;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        if (class_bytes[middle] < bytes)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static unsigned objects_per_slab(unsigned class)
{
    return (AZ_PAGE_BYTES - HEADER_BYTES) / class_bytes[class];
}

static unsigned order_of(size_t bytes)
{
    unsigned order = 0;
    while ((size_t)AZ_PAGE_BYTES << order < bytes)
        order++;
    return order;
}

static void list_add(struct slab *slab, unsigned class)
{
    slab->next = with_room[class];
    slab->link = &with_room[class];
    if (slab->next)
        slab->next->link = &slab->next;
    with_room[class] = slab;
}

static void list_remove(struct slab *slab)
{
    *slab->link = slab->next;
    if (slab->next)
        slab->next->link = slab->link;
}

static struct slab *slab_make(unsigned class)
{
    az_phys page;
    if (az_pages_alloc(0, AZ_NODE_ANY, AZ_PAGES_NO_LIMIT, &page))
        return NULL;
    struct slab *slab = az_phys_pointer(page);
    slab->free = NULL;
    slab->used = slab->carved = 0;
    list_add(slab, class);
    return slab;
}

static void *small_alloc(unsigned class)
{
    struct slab *slab = with_room[class];
    if (!slab && !(slab = slab_make(class)))
        return NULL;
    void *out = slab->free;
    if (out)
        slab->free = slab->free->next;
    else
        out = (char *)slab + HEADER_BYTES + (size_t)class_bytes[class] * slab->carved++;
    if (++slab->used == objects_per_slab(class))
        list_remove(slab);
    return out;
}

static void small_free(void *pointer, unsigned class)
{
    struct slab *slab = (struct slab *)AZ_ROUND_DOWN((uintptr_t)pointer, (uintptr_t)AZ_PAGE_BYTES);
    struct object *object = pointer;
    AZ_ASSERT(slab->used > 0);
    object->next = slab->free;
    slab->free = object;
    if (slab->used-- == objects_per_slab(class))
        list_add(slab, class);
    if (slab->used == 0 && (slab->next || with_room[class] != slab)) {
        list_remove(slab);
        az_pages_free(az_phys_from(slab), 0);
    }
}

void *az_heap_alloc(size_t bytes)
{
    void *out;
    if (bytes <= SMALL_MAX) {
        out = small_alloc(class_of(bytes));
        if (!out)
            return NULL;
    } else {
        az_phys start;
        if (bytes > (size_t)AZ_PAGE_BYTES << AZ_PAGES_ORDER_MAX ||
            az_pages_alloc(order_of(bytes), AZ_NODE_ANY, AZ_PAGES_NO_LIMIT, &start))
            return NULL;
        out = az_phys_pointer(start);
    }
    stats.live_objects++;
    stats.live_bytes += bytes;
    return out;
}

void *az_heap_zalloc(size_t bytes)
{
    void *out = az_heap_alloc(bytes);
    if (out)
        memset(out, 0, bytes);
    return out;
}

void az_heap_free(void *pointer, size_t bytes)
{
    if (!pointer)
        return;
    if (bytes <= SMALL_MAX)
        small_free(pointer, class_of(bytes));
    else
        az_pages_free(az_phys_from(pointer), order_of(bytes));
    stats.live_objects--;
    stats.live_bytes -= bytes;
}

void az_heap_stats(struct az_heap_stats *out)
{
    *out = stats;
}
