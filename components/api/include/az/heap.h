/* The kernel's own small objects, apart from the app's malloc. Provided by mm/heap. */
#ifndef AZ_HEAP_H
#define AZ_HEAP_H

#include <az/base.h>

/* Memory of at least `bytes`, aligned to 16; NULL when there is none. Context: thread. */
AZ_MUST_USE void *az_heap_alloc(size_t bytes);
/* The same, zeroed. */
AZ_MUST_USE void *az_heap_zalloc(size_t bytes);
/* Gives back what az_heap_alloc(bytes) returned; NULL is fine. `bytes` is the size asked for. */
void az_heap_free(void *pointer, size_t bytes);

struct az_heap_stats {
    uint64_t live_objects, live_bytes;
};
void az_heap_stats(struct az_heap_stats *out);

#endif
