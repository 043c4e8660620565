/* The heap over pages from a fake mm.vm, which counts what is mapped and scribbles over nothing it gives. */
#define _GNU_SOURCE
#include <az/test.h>
#include <errno.h>
#include <malloc.h>
#include <sys/mman.h>

#include <az/base.h>

#define malloc our_malloc
#define free our_free
#define calloc our_calloc
#define realloc our_realloc
#define reallocarray our_reallocarray
#define aligned_alloc our_aligned_alloc
#define memalign our_memalign
#define posix_memalign our_posix_memalign
#define malloc_usable_size our_malloc_usable_size
#define __libc_malloc our___libc_malloc
#define __libc_calloc our___libc_calloc
#define __libc_realloc our___libc_realloc
#define __libc_free our___libc_free
void *malloc(size_t), *calloc(size_t, size_t), *realloc(void *, size_t), *reallocarray(void *, size_t, size_t);
void *aligned_alloc(size_t, size_t), *memalign(size_t, size_t), free(void *);
int posix_memalign(void **, size_t, size_t);
size_t malloc_usable_size(void *);
void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t), __libc_free(void *);
#define alias(name) alias("our_" name)
#include "../src/chunk.c"
#include "../src/large.c"
#include "../src/slab.c"
#include "../src/malloc.c"

static size_t mapped_bytes, mapped_limit = SIZE_MAX;

void *az_app_pages_alloc(size_t bytes)
{
    AZ_CHECK(bytes % AZ_PAGE_BYTES == 0 && bytes > 0);
    if (bytes > mapped_limit || mapped_bytes > mapped_limit - bytes)
        return NULL;
    void *start = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start == MAP_FAILED)
        return NULL;
    mapped_bytes += bytes;
    return start;
}

void az_app_pages_free(void *start, size_t bytes)
{
    AZ_CHECK(bytes % AZ_PAGE_BYTES == 0 && bytes > 0 && (uintptr_t)start % AZ_PAGE_BYTES == 0);
    AZ_CHECK(munmap(start, bytes) == 0);
    mapped_bytes -= bytes;
}

static jmp_buf panicked;
static char panic_text[200];

void az_panic(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(panic_text, sizeof panic_text, format, args);
    va_end(args);
    longjmp(panicked, 1);
}

#define CHECK_PANICS(statement, text)                                                              \
    do {                                                                                           \
        panic_text[0] = 0;                                                                         \
        if (setjmp(panicked) == 0) {                                                               \
            statement;                                                                             \
        }                                                                                          \
        AZ_CHECK(strstr(panic_text, text));                                                        \
    } while (0)

static unsigned seed = 1;

static unsigned random_below(unsigned limit)
{
    seed = seed * 1664525u + 1013904223u;
    return (unsigned)((uint64_t)seed * limit >> 32);
}

AZ_TEST(size_classes_are_tight_and_in_order)
{
    for (unsigned i = 1; i < SIZE_CLASSES; i++)
        AZ_CHECK(size_class_bytes(i) > size_class_bytes(i - 1));
    AZ_CHECK_EQ(size_class_bytes(SIZE_CLASSES - 1), SMALL_BYTES_MAX);
    for (size_t bytes = 1; bytes <= SMALL_BYTES_MAX; bytes++) {
        const unsigned size_class = size_class_of(bytes, 1);
        AZ_CHECK(size_class_bytes(size_class) >= bytes);
        AZ_CHECK(size_class == 0 || size_class_bytes(size_class - 1) < bytes);
        AZ_CHECK(size_class_bytes(size_class) % OBJECT_ALIGN == 0);
    }
    for (unsigned i = 0; i < SIZE_CLASSES; i++)
        AZ_CHECK(slab_pages(size_class_bytes(i)) * AZ_PAGE_BYTES / size_class_bytes(i) <= SLAB_OBJECTS_MAX);
}

/* A live object of the random test: filled with a byte of its own. */
struct live {
    unsigned char *start;
    size_t bytes;
    unsigned char byte;
};

static bool holds_its_byte(const struct live *live)
{
    for (size_t i = 0; i < live->bytes; i++)
        if (live->start[i] != live->byte)
            return false;
    return true;
}

static size_t random_size(void)
{
    switch (random_below(8)) {
    case 0:
        return random_below(4 * CHUNK_BYTES);
    case 1:
        return random_below(2 * RUN_BYTES_MAX);
    case 2:
        return random_below(2 * SMALL_BYTES_MAX);
    default:
        return random_below(400);
    }
}

static void fill_live(struct live *live, size_t bytes)
{
    live->bytes = bytes;
    live->byte = (unsigned char)(1 + random_below(255));
    memset(live->start, live->byte, bytes);
}

static void step(struct live *live)
{
    const size_t bytes = random_size();
    if (!live->start) {
        const unsigned kind = random_below(4);
        const size_t align = (size_t)16 << random_below(16);
        live->start = kind == 0   ? calloc(1, bytes)
                      : kind == 1 ? aligned_alloc(align, bytes)
                                  : malloc(bytes);
        AZ_CHECK(live->start != NULL);
        AZ_CHECK_EQ((uintptr_t)live->start % (kind == 1 ? align : OBJECT_ALIGN), 0);
        AZ_CHECK(malloc_usable_size(live->start) >= bytes);
        for (size_t i = 0; kind == 0 && i < bytes; i++)
            AZ_CHECK_EQ(live->start[i], 0);
        fill_live(live, bytes);
        return;
    }
    AZ_CHECK(holds_its_byte(live));
    if (random_below(3) == 0) {
        live->start = realloc(live->start, bytes);
        live->bytes = AZ_MIN(live->bytes, bytes);
        AZ_CHECK(holds_its_byte(live));
        fill_live(live, bytes);
    } else {
        free(live->start);
        live->start = NULL;
    }
}

AZ_TEST(random_use_keeps_contents_apart_and_gives_memory_back)
{
    static struct live lives[300];
    for (unsigned i = 0; i < 30000; i++)
        step(&lives[random_below(AZ_ARRAY_LENGTH(lives))]);
    for (size_t i = 0; i < AZ_ARRAY_LENGTH(lives); i++)
        free(lives[i].start);
    AZ_CHECK(mapped_bytes <= SIZE_CLASSES * CHUNK_BYTES);
}

AZ_TEST(large_objects_go_back_at_once)
{
    const size_t before = mapped_bytes;
    char *object = malloc(10u << 20);
    AZ_CHECK(mapped_bytes - before < (10u << 20) + 2 * AZ_PAGE_BYTES);
    object = realloc(object, 5u << 20);
    AZ_CHECK(mapped_bytes - before < (5u << 20) + 2 * AZ_PAGE_BYTES);
    free(object);
    AZ_CHECK_EQ(mapped_bytes, before);
}

AZ_TEST(calloc_clears_what_was_used_before)
{
    for (size_t bytes = 16; bytes <= RUN_BYTES_MAX; bytes *= 2) {
        unsigned char *used = malloc(bytes);
        memset(used, 0xff, bytes);
        free(used);
        unsigned char *cleared = calloc(bytes / 16, 16);
        for (size_t i = 0; i < bytes; i++)
            AZ_CHECK_EQ(cleared[i], 0);
        free(cleared);
    }
}

AZ_TEST(a_run_grows_in_place)
{
    char *run = malloc(3 * AZ_PAGE_BYTES);
    char *longer = realloc(run, 5 * AZ_PAGE_BYTES);
    AZ_CHECK(longer == run);
    AZ_CHECK_EQ(malloc_usable_size(longer), 5 * AZ_PAGE_BYTES);
    AZ_CHECK(realloc(longer, 2 * AZ_PAGE_BYTES) == run);
    AZ_CHECK_EQ(malloc_usable_size(run), 2 * AZ_PAGE_BYTES);
    free(run);
}

AZ_TEST(mistakes_are_told)
{
    char *small = malloc(100), *run = malloc(20000), *large = malloc(100000);
    CHECK_PANICS(free(small + 16), "free(");
    CHECK_PANICS(free(run + AZ_PAGE_BYTES), "free(");
    CHECK_PANICS(free(large + 16), "free(");
    CHECK_PANICS((void)realloc(small + 1, 10), "realloc(");
    free(small);
    CHECK_PANICS(free(small), "freed before");
    CHECK_PANICS((void)realloc(small, 10), "freed before");
    CHECK_PANICS((void)malloc_usable_size(small), "freed before");
    free(run);
    CHECK_PANICS(free(run), "freed before");
    free(large);
    free(NULL);
}

AZ_TEST(no_memory_is_an_error_and_changes_nothing)
{
    AZ_CHECK(malloc(SIZE_MAX) == NULL && errno == ENOMEM);
    AZ_CHECK(malloc((size_t)PTRDIFF_MAX - 10) == NULL);
    AZ_CHECK(calloc(SIZE_MAX / 2, 3) == NULL && errno == ENOMEM);
    AZ_CHECK(reallocarray(NULL, SIZE_MAX / 2, 3) == NULL && errno == ENOMEM);
    AZ_CHECK(aligned_alloc(3, 10) == NULL && errno == EINVAL);
    void *out = &out;
    errno = 0;
    AZ_CHECK_EQ(posix_memalign(&out, 4, 10), EINVAL);
    AZ_CHECK_EQ(posix_memalign(&out, 64, SIZE_MAX / 2), ENOMEM);
    AZ_CHECK(out == &out && errno == 0);

    char *kept = malloc(RUN_BYTES_MAX + 1);
    kept[0] = 'x';
    mapped_limit = mapped_bytes;
    AZ_CHECK(realloc(kept, 1u << 20) == NULL);
    AZ_CHECK_EQ(kept[0], 'x');
    unsigned count = 0;
    static void *all[100000];
    while (count < AZ_ARRAY_LENGTH(all) && (all[count] = malloc(3000)) != NULL)
        count++;
    AZ_CHECK(count < AZ_ARRAY_LENGTH(all));
    while (count)
        free(all[--count]);
    mapped_limit = SIZE_MAX;
    free(kept);
}

AZ_TEST(zero_bytes_are_an_object_too)
{
    void *a = malloc(0), *b = calloc(0, 8);
    AZ_CHECK(a && b && a != b);
    a = realloc(a, 0);
    AZ_CHECK(a != NULL);
    __libc_free(a);
    free(b);
    free(__libc_realloc(__libc_malloc(1), 2));
    free(__libc_calloc(1, 1));
    free(memalign(64, 1));
}
