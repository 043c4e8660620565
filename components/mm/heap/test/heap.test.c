/* The kernel heap over host pages. */
#include <az/test.h>

#include <errno.h>

#include <az/pages.h>
#include <az/phys.h>

static unsigned pages_live;
static int pages_left = 1 << 20;

int az_pages_alloc(unsigned order, int node, az_phys limit, az_phys *out)
{
    (void)node, (void)limit;
    if (pages_left < 1 << order)
        return -ENOMEM;
    void *block = aligned_alloc(AZ_PAGE_BYTES, (size_t)AZ_PAGE_BYTES << order);
    memset(block, 0xaa, (size_t)AZ_PAGE_BYTES << order);
    *out = az_phys_of((uintptr_t)block);
    pages_live += 1u << order;
    pages_left -= 1 << order;
    return 0;
}
void az_pages_free(az_phys start, unsigned order)
{
    free((void *)(uintptr_t)start.value);
    pages_live -= 1u << order;
    pages_left += 1 << order;
}
void *az_phys_pointer(az_phys phys)
{
    return (void *)(uintptr_t)phys.value;
}
az_phys az_phys_from(const volatile void *pointer)
{
    return az_phys_of((uintptr_t)pointer);
}

#include "../src/heap.c"

AZ_TEST(every_size_is_aligned_and_whole)
{
    for (size_t bytes = 1; bytes < 20000; bytes += bytes < 3000 ? 1 : 997) {
        unsigned char *a = az_heap_alloc(bytes), *b = az_heap_zalloc(bytes);
        AZ_CHECK_EQ((uintptr_t)a % 16, 0);
        AZ_CHECK_EQ((uintptr_t)b % 16, 0);
        memset(a, 0xff, bytes);
        for (size_t i = 0; i < bytes; i++) {
            if (b[i] != 0) {
                AZ_CHECK_EQ(b[i], 0);
                break;
            }
        }
        az_heap_free(a, bytes);
        az_heap_free(b, bytes);
    }
    struct az_heap_stats now;
    az_heap_stats(&now);
    AZ_CHECK_EQ(now.live_objects, 0);
    AZ_CHECK_EQ(now.live_bytes, 0);
    AZ_CHECK(pages_live <= CLASSES);
}

AZ_TEST(objects_do_not_overlap)
{
    enum { COUNT = 2000 };
    static unsigned char *objects[COUNT];
    static size_t sizes[COUNT];
    unsigned state = 7;
    for (unsigned round = 0; round < 60000; round++) {
        state = state * 1103515245u + 12345u;
        unsigned i = (state >> 16) % COUNT;
        if (objects[i]) {
            for (size_t at = 0; at < sizes[i]; at++)
                AZ_CHECK(objects[i][at] == (unsigned char)i);
            az_heap_free(objects[i], sizes[i]);
            objects[i] = NULL;
        } else {
            sizes[i] = 1 + (state >> 8) % (state % 50 ? 300 : 6000);
            objects[i] = az_heap_alloc(sizes[i]);
            AZ_CHECK(objects[i] != NULL);
            memset(objects[i], (int)i, sizes[i]);
        }
    }
    for (unsigned i = 0; i < COUNT; i++)
        az_heap_free(objects[i], sizes[i]);
    AZ_CHECK(pages_live <= CLASSES); /* one empty slab of each class is kept */
}

AZ_TEST(no_memory_is_null)
{
    pages_left = 0;
    AZ_CHECK(az_heap_alloc(100000) == NULL);
    AZ_CHECK(az_heap_zalloc(100000) == NULL);
    size_t taken = 0;
    void *last = NULL, *object;
    while ((object = az_heap_alloc(1000)) != NULL) {
        *(void **)object = last;
        last = object;
        taken++;
    }
    AZ_CHECK(taken <= 4);
    while (last) {
        object = last;
        last = *(void **)object;
        az_heap_free(object, 1000);
    }
    pages_left = 1000;
    AZ_CHECK(az_heap_alloc(SIZE_MAX) == NULL);
    az_heap_free(NULL, 50);
}
