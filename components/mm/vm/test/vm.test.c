/*
 * Regions and their system calls over page tables that are a flat array: a window of the app's half, 256 pages wide. Access by
 * "instructions" goes through peek() and poke(), which fault as the processor would.
 */
#define _GNU_SOURCE
#include <az/test.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

#include <az/file.h>
#include <az/layout.h>
#include <az/log.h>
#include <az/mmu.h>
#include <az/pages.h>
#include <az/phys.h>
#include <az/vm.h>

#define BASE AZ_APP_MMAP_START
#define WINDOW 256u
#define PAGE ((uintptr_t)AZ_PAGE_BYTES)
#define AT(page) ((void *)(BASE + (page) * PAGE))

static struct {
    bool there, dirty;
    az_phys frame;
    unsigned rights;
} table[WINDOW];
static int pages_live, pages_left = 100000, tables_left = 100000;

int az_pages_alloc(unsigned order, int node, az_phys limit, az_phys *out)
{
    (void)node, (void)limit;
    AZ_ASSERT(order == 0);
    if (pages_left == 0)
        return -ENOMEM;
    pages_left--;
    pages_live++;
    *out = az_phys_of((uintptr_t)malloc(PAGE));
    memset((void *)(uintptr_t)out->value, 0xaa, PAGE);
    return 0;
}
void az_pages_free(az_phys start, unsigned order)
{
    (void)order;
    pages_left++;
    pages_live--;
    free((void *)(uintptr_t)start.value);
}
void az_pages_stats(struct az_pages_stats *out)
{
    memset(out, 0, sizeof *out);
}
void *az_phys_pointer(az_phys phys)
{
    return (void *)(uintptr_t)phys.value;
}
void *az_heap_alloc(size_t bytes)
{
    return malloc(bytes);
}
void az_heap_free(void *pointer, size_t bytes)
{
    (void)bytes;
    free(pointer);
}
static bool out_of_memory;
void az_panic(const char *format, ...)
{
    (void)format;
    out_of_memory = true;
    az_assert_failed("az_panic", "", 0);
    __builtin_unreachable();
}
int az_user_copy_out(void *to, const void *from, size_t bytes)
{
    memcpy(to, from, bytes);
    return 0;
}

static unsigned index_of(uintptr_t at)
{
    AZ_ASSERT(at >= BASE && at < BASE + WINDOW * PAGE);
    return (unsigned)((at - BASE) / PAGE);
}
int az_mmu_map(uintptr_t at, az_phys frame, unsigned rights)
{
    unsigned i = index_of(at);
    if (!table[i].there && tables_left-- <= 0)
        return tables_left = 0, -ENOMEM;
    table[i].there = true;
    table[i].dirty = rights & AZ_MMU_DIRTY;
    table[i].frame = frame;
    table[i].rights = rights & ~AZ_MMU_DIRTY;
    return 0;
}
bool az_mmu_lookup(uintptr_t at, struct az_mmu_page *out)
{
    if (at < BASE || at >= BASE + WINDOW * PAGE || !table[index_of(at)].there)
        return false;
    unsigned i = index_of(at);
    *out = (struct az_mmu_page){.frame = table[i].frame, .rights = table[i].rights, .dirty = table[i].dirty};
    return true;
}
void az_mmu_protect(uintptr_t at, unsigned rights)
{
    if (table[index_of(at)].there)
        table[index_of(at)].rights = rights;
}
void az_mmu_clean(uintptr_t at)
{
    table[index_of(at)].dirty = false;
}
bool az_mmu_unmap(uintptr_t at, struct az_mmu_page *out)
{
    if (!az_mmu_lookup(at, out))
        return false;
    table[index_of(at)].there = false;
    return true;
}
uintptr_t az_mmu_next(uintptr_t start, uintptr_t end)
{
    struct az_mmu_page page;
    for (uintptr_t at = start; at < end && at < BASE + WINDOW * PAGE; at += PAGE) {
        if (az_mmu_lookup(at, &page))
            return at;
    }
    return end;
}

/* A file of 16 pages whose byte i of page p is p + 1. */
static unsigned char file_pages[16][4096] __attribute__((aligned(4096)));
static int file_references, file_mapped, file_written;
static int file_fault(struct az_vm_region *region, void *object, uint64_t page, bool write, az_phys *out)
{
    (void)region, (void)object, (void)write;
    if (page / PAGE >= 16)
        return -EIO;
    file_mapped++;
    *out = az_phys_of((uintptr_t)file_pages[page / PAGE]);
    return 0;
}
static void file_unmap(void *object, uint64_t page, az_phys frame)
{
    (void)object;
    AZ_CHECK_EQ(frame.value, (uintptr_t)file_pages[page / PAGE]);
    file_mapped--;
}
static int file_writeback(void *object, uint64_t page, az_phys frame)
{
    (void)object, (void)page, (void)frame;
    file_written++;
    return 0;
}
static void file_open(void *object)
{
    (void)object;
    file_references++;
}
static void file_close(void *object)
{
    (void)object;
    file_references--;
}
static const struct az_pager file_pager = {file_fault, file_unmap, file_writeback, file_open, file_close};
static int file_map(struct az_file *file, const struct az_pager **out_pager, void **out_object)
{
    *out_pager = &file_pager;
    *out_object = file;
    return 0;
}
static const struct az_file_ops file_ops = {.map = file_map};
static const struct az_file_ops pipe_ops = {0};
static struct az_file files[] = {{.ops = &file_ops, .flags = O_RDWR}, {.ops = &file_ops, .flags = O_RDONLY},
                                 {.ops = &file_ops, .flags = O_WRONLY}, {.ops = &pipe_ops, .flags = O_RDWR}};
int az_fd_get(int fd, struct az_file **out)
{
    if (fd < 0 || fd >= 4)
        return -EBADF;
    *out = &files[fd];
    return 0;
}
void az_file_unref(struct az_file *file)
{
    (void)file;
}

#include "../src/regions.c"
#undef SLOTS_FIRST
#define range_of range_of_map
#include "../src/map.c"
#undef range_of
#define range_of range_of_advice
#include "../src/advice.c"
#undef range_of
#include "../src/brk.c"
#include "../src/fault.c"
#include "../src/mmap.c"
#include "../src/mremap.c"
#include "../src/region_pages.c"

/* The byte at the start of a page as an instruction sees it, or -1 when it faults for good. */
static int peek(unsigned page)
{
    for (int tries = 0; tries < 3; tries++) {
        if (table[page].there && table[page].rights & 7)
            return *(unsigned char *)az_phys_pointer(table[page].frame);
        if (!az_vm_fault((uintptr_t)AT(page), false, false))
            return -1;
    }
    return -2;
}
static int poke(unsigned page, int value)
{
    for (int tries = 0; tries < 3; tries++) {
        if (table[page].there && table[page].rights & AZ_VM_WRITE) {
            table[page].dirty = true;
            return *(unsigned char *)az_phys_pointer(table[page].frame) = (unsigned char)value;
        }
        if (!az_vm_fault((uintptr_t)AT(page), true, false))
            return -1;
    }
    return -2;
}
static long map_at(unsigned page, unsigned pages, int protection, int flags, int fd)
{
    return az_sys_mmap(AT(page), pages * PAGE, protection, flags, fd, 0);
}
static void clean_up(void)
{
    AZ_CHECK_EQ(az_sys_munmap(AT(0), WINDOW * PAGE), 0);
    AZ_CHECK_EQ(pages_live, 0);
    AZ_CHECK_EQ(count, 0);
    AZ_CHECK_EQ(file_references, 0);
    AZ_CHECK_EQ(file_mapped, 0);
}

enum { ANON = MAP_PRIVATE | MAP_ANONYMOUS, RW = PROT_READ | PROT_WRITE };

AZ_TEST(pages_come_when_they_are_touched_and_are_zero)
{
    AZ_CHECK_EQ(map_at(0, 8, RW, ANON, -1), (long)AT(0));
    AZ_CHECK_EQ(pages_live, 0);
    AZ_CHECK_EQ(peek(3), 0);
    AZ_CHECK_EQ(poke(4, 9), 9);
    AZ_CHECK_EQ(pages_live, 2);
    AZ_CHECK_EQ(peek(8), -1);
    AZ_CHECK_EQ(az_sys_munmap(AT(4), PAGE), 0);
    AZ_CHECK_EQ(peek(4), -1);
    AZ_CHECK_EQ(count, 2);
    clean_up();
}

AZ_TEST(neighbours_alike_are_one_region)
{
    AZ_CHECK_EQ(map_at(2, 2, RW, ANON | MAP_FIXED, -1), (long)AT(2));
    AZ_CHECK_EQ(map_at(6, 2, RW, ANON | MAP_FIXED, -1), (long)AT(6));
    AZ_CHECK_EQ(map_at(4, 2, RW, ANON | MAP_FIXED, -1), (long)AT(4));
    AZ_CHECK_EQ(count, 1);
    AZ_CHECK_EQ(az_sys_mprotect(AT(4), PAGE, PROT_READ), 0);
    AZ_CHECK_EQ(count, 3);
    AZ_CHECK_EQ(poke(4, 1), -1);
    AZ_CHECK_EQ(poke(5, 1), 1);
    AZ_CHECK_EQ(az_sys_mprotect(AT(2), 6 * PAGE, RW), 0);
    AZ_CHECK_EQ(count, 1);
    AZ_CHECK_EQ(poke(4, 1), 1);
    clean_up();
}

AZ_TEST(mmap_refuses_what_linux_refuses)
{
    AZ_CHECK_EQ(az_sys_mmap(NULL, 0, RW, ANON, -1, 0), -EINVAL);
    AZ_CHECK_EQ(az_sys_mmap(NULL, PAGE, RW, MAP_ANONYMOUS, -1, 0), -EINVAL);
    AZ_CHECK_EQ(az_sys_mmap(NULL, PAGE, RW, MAP_PRIVATE, -1, 0), -EBADF);
    AZ_CHECK_EQ(az_sys_mmap(NULL, PAGE, RW, MAP_PRIVATE, 0, 100), -EINVAL);
    AZ_CHECK_EQ(az_sys_mmap(NULL, PAGE, RW, MAP_PRIVATE, 3, 0), -ENODEV);
    AZ_CHECK_EQ(az_sys_mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, 2, 0), -EACCES);
    AZ_CHECK_EQ(az_sys_mmap(NULL, PAGE, RW, MAP_SHARED, 1, 0), -EACCES);
    AZ_CHECK_EQ(az_sys_mmap((void *)123, PAGE, RW, ANON | MAP_FIXED, -1, 0), -EINVAL);
    AZ_CHECK_EQ(az_sys_mmap((void *)AZ_APP_END, PAGE, RW, ANON | MAP_FIXED, -1, 0), -ENOMEM);
    AZ_CHECK_EQ(az_sys_mmap(NULL, SIZE_MAX, RW, ANON, -1, 0), -ENOMEM);
    AZ_CHECK_EQ(map_at(1, 1, RW, ANON, -1), (long)AT(1));
    AZ_CHECK_EQ(map_at(0, 3, RW, ANON | MAP_FIXED_NOREPLACE, -1), -EEXIST);
    AZ_CHECK_EQ(az_sys_munmap(AT(0), 0), -EINVAL);
    AZ_CHECK_EQ(az_sys_munmap((char *)AT(0) + 1, PAGE), -EINVAL);
    AZ_CHECK_EQ(az_sys_mprotect(AT(0), 2 * PAGE, RW), -ENOMEM);
    AZ_CHECK_EQ(az_sys_mprotect(AT(0), 0, RW), 0);
    clean_up();
}

AZ_TEST(a_hint_in_use_goes_to_the_first_gap)
{
    AZ_CHECK_EQ(map_at(0, 2, RW, ANON, -1), (long)AT(0));
    AZ_CHECK_EQ(map_at(3, 2, PROT_READ, ANON, -1), (long)AT(3));
    AZ_CHECK_EQ(map_at(1, 1, RW, ANON, -1), (long)AT(2));
    AZ_CHECK_EQ(map_at(1, 2, RW, ANON, -1), (long)AT(5));
    clean_up();
}

AZ_TEST(private_file_pages_are_copied_when_written)
{
    for (unsigned i = 0; i < 16; i++)
        memset(file_pages[i], (int)i + 1, PAGE);
    AZ_CHECK_EQ(az_sys_mmap(AT(0), 20 * PAGE, RW, MAP_PRIVATE | MAP_FIXED, 0, 2 * PAGE), (long)AT(0));
    AZ_CHECK_EQ(file_references, 1);
    AZ_CHECK_EQ(peek(0), 3);
    AZ_CHECK_EQ(pages_live, 0);
    AZ_CHECK_EQ(poke(0, 99), 99);
    AZ_CHECK_EQ(poke(1, 98), 98);
    AZ_CHECK_EQ(pages_live, 2);
    AZ_CHECK_EQ(file_pages[2][0], 3);
    AZ_CHECK_EQ(file_pages[3][0], 4);
    AZ_CHECK_EQ(peek(14), -1); /* behind the end of the file */
    AZ_CHECK_EQ(az_sys_mprotect(AT(0), 3 * PAGE, PROT_READ), 0);
    AZ_CHECK_EQ(file_references, 2);
    AZ_CHECK_EQ(peek(2), 5);
    AZ_CHECK_EQ(az_sys_mprotect(AT(0), 3 * PAGE, RW), 0);
    AZ_CHECK_EQ(file_references, 1);
    AZ_CHECK_EQ(peek(0), 99);
    AZ_CHECK_EQ(poke(2, 97), 97);
    AZ_CHECK_EQ(file_pages[4][0], 5);
    AZ_CHECK_EQ(az_sys_madvise(AT(0), PAGE, MADV_DONTNEED), 0);
    AZ_CHECK_EQ(peek(0), 3);
    AZ_CHECK_EQ(file_written, 0);
    clean_up();
}

AZ_TEST(shared_file_pages_are_written_back_once)
{
    file_written = 0;
    AZ_CHECK_EQ(az_sys_mmap(AT(0), 4 * PAGE, RW, MAP_SHARED | MAP_FIXED, 0, 0), (long)AT(0));
    AZ_CHECK_EQ(poke(1, 77), 77);
    AZ_CHECK_EQ(file_pages[1][0], 77);
    AZ_CHECK_EQ(peek(2), 3);
    AZ_CHECK_EQ(az_sys_msync(AT(0), 4 * PAGE, MS_SYNC), 0);
    AZ_CHECK_EQ(file_written, 1);
    AZ_CHECK_EQ(az_sys_msync(AT(0), 4 * PAGE, MS_SYNC), 0);
    AZ_CHECK_EQ(file_written, 1);
    AZ_CHECK_EQ(az_sys_msync(AT(0), 5 * PAGE, MS_SYNC), -ENOMEM);
    AZ_CHECK_EQ(az_sys_msync(AT(0), PAGE, MS_SYNC | MS_ASYNC), -EINVAL);
    AZ_CHECK_EQ(poke(3, 76), 76);
    clean_up();
    AZ_CHECK_EQ(file_written, 2);
}

AZ_TEST(mremap_moves_pages_and_keeps_them)
{
    AZ_CHECK_EQ(map_at(0, 4, RW, ANON | MAP_FIXED, -1), (long)AT(0));
    AZ_CHECK_EQ(map_at(6, 1, PROT_READ, ANON | MAP_FIXED, -1), (long)AT(6));
    AZ_CHECK_EQ(poke(1, 5), 5);
    AZ_CHECK_EQ(az_sys_mremap(AT(0), 4 * PAGE, 6 * PAGE, 0, NULL), (long)AT(0));
    AZ_CHECK_EQ(az_sys_mremap(AT(0), 6 * PAGE, 7 * PAGE, 0, NULL), -ENOMEM);
    AZ_CHECK_EQ(az_sys_mremap(AT(0), 6 * PAGE, 7 * PAGE, MREMAP_MAYMOVE, NULL), (long)AT(7));
    AZ_CHECK_EQ(peek(8), 5);
    AZ_CHECK_EQ(peek(1), -1);
    AZ_CHECK_EQ(az_sys_mremap(AT(7), 7 * PAGE, 2 * PAGE, 0, NULL), (long)AT(7));
    AZ_CHECK_EQ(peek(9), -1);
    AZ_CHECK_EQ(az_sys_mremap(AT(8), PAGE, 3 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, AT(5)), (long)AT(5));
    AZ_CHECK_EQ(peek(5), 5);
    AZ_CHECK_EQ(peek(7), 0);
    AZ_CHECK_EQ(az_sys_mremap(AT(5), 3 * PAGE, 3 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, AT(6)), -EINVAL);
    AZ_CHECK_EQ(az_sys_mremap(AT(20), PAGE, 2 * PAGE, MREMAP_MAYMOVE, NULL), -EFAULT);
    AZ_CHECK_EQ(az_sys_mremap(AT(5), 3 * PAGE, 0, 0, NULL), -EINVAL);
    clean_up();
}

AZ_TEST(mremap_without_tables_changes_nothing)
{
    AZ_CHECK_EQ(map_at(0, 4, RW, ANON | MAP_FIXED, -1), (long)AT(0));
    AZ_CHECK_EQ(map_at(4, 1, PROT_READ, ANON | MAP_FIXED, -1), (long)AT(4));
    for (unsigned i = 0; i < 4; i++)
        AZ_CHECK_EQ(poke(i, (int)i + 1), i + 1);
    tables_left = 2;
    AZ_CHECK_EQ(az_sys_mremap(AT(0), 4 * PAGE, 8 * PAGE, MREMAP_MAYMOVE, NULL), -ENOMEM);
    tables_left = 100000;
    for (unsigned i = 0; i < 4; i++)
        AZ_CHECK_EQ(peek(i), i + 1);
    AZ_CHECK_EQ(peek(5), -1);
    clean_up();
}

AZ_TEST(advice_and_questions)
{
    unsigned char resident[4] = {9, 9, 9, 9};
    AZ_CHECK_EQ(map_at(0, 4, RW, ANON | MAP_FIXED, -1), (long)AT(0));
    AZ_CHECK_EQ(poke(1, 5), 5);
    AZ_CHECK_EQ(az_sys_mincore(AT(0), 3 * PAGE, resident), 0);
    AZ_CHECK_BYTES(resident, "\0\1\0\11", 4);
    AZ_CHECK_EQ(az_sys_mincore(AT(0), 5 * PAGE, resident), -ENOMEM);
    AZ_CHECK_EQ(az_sys_madvise(AT(0), 4 * PAGE, MADV_DONTNEED), 0);
    AZ_CHECK_EQ(peek(1), 0);
    AZ_CHECK_EQ(az_sys_madvise(AT(0), 4 * PAGE, 12345), -EINVAL);
    AZ_CHECK_EQ(az_sys_madvise(AT(3), 4 * PAGE, MADV_WILLNEED), -ENOMEM);
    AZ_CHECK_EQ(az_sys_madvise((char *)AT(0) + 1, PAGE, MADV_WILLNEED), -EINVAL);
    clean_up();
}

AZ_TEST(populate_fills_at_once_and_forgives)
{
    AZ_CHECK_EQ(map_at(0, 4, RW, ANON | MAP_POPULATE, -1), (long)AT(0));
    AZ_CHECK_EQ(pages_live, 4);
    pages_left = 2;
    AZ_CHECK_EQ(map_at(8, 4, RW, ANON | MAP_POPULATE, -1), (long)AT(8));
    AZ_CHECK_EQ(pages_live, 6);
    AZ_CHECK_ASSERTS(peek(11));
    AZ_CHECK(out_of_memory);
    pages_left = 100000;
    clean_up();
}

/* Random calls against a model of one byte per page: what a peek must see, and whether a poke may. */
AZ_TEST(random_calls_agree_with_a_model)
{
    enum { SPAN = 64 };
    struct { bool mapped; int protection, value; } model[SPAN] = {0};
    unsigned state = 3;
    for (unsigned round = 0; round < 40000; round++) {
        state = state * 1103515245u + 12345u;
        unsigned roll = state >> 16, page = roll % SPAN, pages = 1 + roll / SPAN % 12;
        if (page + pages > SPAN)
            pages = SPAN - page;
        state = state * 1103515245u + 12345u;
        int protection = (int)(state >> 20) % 4;
        bool all_mapped = true;
        for (unsigned i = page; i < page + pages; i++)
            all_mapped &= model[i].mapped;
        switch (state >> 24 & 7) {
        case 0:
            AZ_CHECK_EQ(map_at(page, pages, protection, ANON | MAP_FIXED, -1), (long)AT(page));
            for (unsigned i = page; i < page + pages; i++)
                model[i].mapped = true, model[i].protection = protection, model[i].value = 0;
            break;
        case 1:
            AZ_CHECK_EQ(az_sys_munmap(AT(page), pages * PAGE), 0);
            for (unsigned i = page; i < page + pages; i++)
                model[i].mapped = false;
            break;
        case 2:
            AZ_CHECK_EQ(az_sys_mprotect(AT(page), pages * PAGE, protection), all_mapped ? 0 : -ENOMEM);
            for (unsigned i = page; all_mapped && i < page + pages; i++)
                model[i].protection = protection;
            break;
        case 3:
            AZ_CHECK_EQ(az_sys_madvise(AT(page), pages * PAGE, MADV_DONTNEED), all_mapped ? 0 : -ENOMEM);
            for (unsigned i = page; i < page + pages; i++)
                model[i].value = 0;
            break;
        default: {
            bool readable = model[page].mapped && model[page].protection;
            bool writable = model[page].mapped && model[page].protection & PROT_WRITE;
            AZ_CHECK_EQ(peek(page), readable ? model[page].value : -1);
            int value = (int)(roll & 0xff);
            AZ_CHECK_EQ(poke(page, value), writable ? value : -1);
            if (writable)
                model[page].value = value;
        }
        }
        for (size_t i = 1; i < count; i++)
            AZ_CHECK(regions[i - 1].end <= regions[i].start);
    }
    clean_up();
    az_heap_free(regions, 0);
    regions = NULL;
    slots = 0;
}
