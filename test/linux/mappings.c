/* Mapped memory: what can be asked for, what is refused, and what is in the pages. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "show.h"

#define PAGE 4096ul
#define RW (PROT_READ | PROT_WRITE)
#define PRIVATE (MAP_PRIVATE | MAP_ANONYMOUS)

static char *map(size_t pages)
{
    return mmap(NULL, pages * PAGE, RW, PRIVATE, -1, 0);
}

static int is(const char *at, int byte, size_t bytes)
{
    while (bytes > 0 && *at == (char)byte)
        at++, bytes--;
    return bytes == 0;
}

/* -1 with errno as it is, or whether the call gave `expected`. */
static int gave(void *result, void *expected)
{
    return result == MAP_FAILED ? -1 : result == expected;
}

static void mapping(void)
{
    SHOW(gave(mmap(NULL, 0, RW, PRIVATE, -1, 0), NULL));
    SHOW(gave(mmap(NULL, PAGE, RW, MAP_ANONYMOUS, -1, 0), NULL));
    SHOW(gave(mmap(NULL, PAGE, RW, MAP_PRIVATE, -1, 0), NULL));
    SHOW(gave(mmap(NULL, PAGE, RW, MAP_PRIVATE, 999, 0), NULL));
    SHOW(gave(mmap(NULL, PAGE, RW, MAP_PRIVATE, 0, 100), NULL));
    SHOW(gave(mmap(NULL, SIZE_MAX / 4 * 3, RW, PRIVATE, -1, 0), NULL));
    SHOW(gave(mmap((void *)100, PAGE, RW, PRIVATE | MAP_FIXED, -1, 0), NULL));
    int ends[2];
    pipe(ends);
    SHOW(gave(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, ends[0], 0), NULL));
    SHOW(gave(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, ends[1], 0), NULL));

    char *four = map(4);
    SHOW(is(four, 0, 4 * PAGE));
    memset(four, 1, 4 * PAGE);
    SHOW(gave(mmap(four + PAGE, PAGE, RW, PRIVATE | MAP_FIXED_NOREPLACE, -1, 0), four + PAGE));
    SHOW(gave(mmap(four + PAGE, 2 * PAGE, RW, PRIVATE | MAP_FIXED, -1, 0), four + PAGE));
    SHOW(is(four, 1, PAGE) && is(four + PAGE, 0, 2 * PAGE) && is(four + 3 * PAGE, 1, PAGE));
    SHOW(munmap(four + PAGE, PAGE));
    SHOW(munmap(four + PAGE, PAGE));
    SHOW(gave(mmap(four + PAGE, PAGE, RW, PRIVATE | MAP_FIXED_NOREPLACE, -1, 0), four + PAGE));
    SHOW(munmap(four + 1, PAGE));
    SHOW(munmap(four, 0));
    SHOW(munmap(four, 3 * PAGE + 1));
    SHOW(gave(mmap(NULL, 1, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0), NULL) == -1);
}

static void protection(void)
{
    char *three = map(3);
    int ends[2];
    pipe(ends);
    memset(three, 'x', 3 * PAGE);
    SHOW(mprotect(three + 1, PAGE, PROT_READ));
    SHOW(mprotect(three, PAGE, 0x1000));
    SHOW(mprotect(three, 0, PROT_NONE));
    SHOW(mprotect(three + PAGE, PAGE, PROT_NONE));
    SHOW(write(ends[1], three + PAGE, 1));
    SHOW(write(ends[1], three + PAGE - 2, 4));
    SHOW(mprotect(three + PAGE, 1, PROT_READ));
    SHOW(write(ends[1], three + PAGE, 4));
    SHOW(read(ends[0], three + PAGE, 1));
    SHOW(read(ends[0], three, 4));
    SHOW(mprotect(three + PAGE, PAGE, RW));
    three[PAGE] = 'y';
    SHOW(three[PAGE] == 'y' && three[PAGE + 1] == 'x');
    munmap(three + PAGE, PAGE);
    SHOW(mprotect(three + PAGE, PAGE, PROT_READ));
    SHOW(mprotect(three, 3 * PAGE, RW));
    SHOW(mprotect((void *)-PAGE, PAGE, PROT_READ));
}

static void moving(void)
{
    char *base = mmap(NULL, 16 * PAGE, PROT_NONE, PRIVATE, -1, 0); /* room that is ours to lay out */
    char *two = mmap(base, 2 * PAGE, RW, PRIVATE | MAP_FIXED, -1, 0);
    memset(two, 7, 2 * PAGE);
    SHOW(gave(mremap(two, 2 * PAGE, 4 * PAGE, 0), two));
    munmap(base + 2 * PAGE, 2 * PAGE);
    SHOW(gave(mremap(two, 2 * PAGE, 4 * PAGE, 0), two));
    SHOW(is(two, 7, 2 * PAGE) && is(two + 2 * PAGE, 0, 2 * PAGE));
    SHOW(gave(mremap(two, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, base + 8 * PAGE), base + 8 * PAGE));
    SHOW(is(base + 8 * PAGE, 7, 2 * PAGE) && is(base + 10 * PAGE, 0, 2 * PAGE));
    SHOW(msync(base, PAGE, MS_SYNC));
    SHOW(gave(mremap(base + 8 * PAGE, 4 * PAGE, PAGE, 0), base + 8 * PAGE));
    SHOW(msync(base + 9 * PAGE, PAGE, MS_SYNC));
    char *moved = mremap(base + 8 * PAGE, PAGE, 100 * PAGE, MREMAP_MAYMOVE);
    SHOW(moved != MAP_FAILED && is(moved, 7, PAGE) && is(moved + PAGE, 0, 99 * PAGE));
    SHOW(gave(mremap(moved + 1, PAGE, PAGE, 0), NULL));
    SHOW(gave(mremap(moved, PAGE, 0, 0), NULL));
    SHOW(gave(mremap(moved, 0, PAGE, MREMAP_MAYMOVE), NULL));
    SHOW(gave(mremap(moved, PAGE, PAGE, 0x40), NULL));
    SHOW(gave(mremap(moved, PAGE, PAGE, MREMAP_FIXED, base), NULL));
    SHOW(gave(mremap(moved, PAGE, PAGE, MREMAP_FIXED | MREMAP_MAYMOVE, base + 1), NULL));
    SHOW(gave(mremap(moved, 2 * PAGE, 2 * PAGE, MREMAP_FIXED | MREMAP_MAYMOVE, moved + PAGE), NULL));
    munmap(base + 14 * PAGE, PAGE);
    SHOW(gave(mremap(base + 14 * PAGE, PAGE, 2 * PAGE, MREMAP_MAYMOVE), NULL));
    SHOW(gave(mremap(moved, 101 * PAGE, 200 * PAGE, MREMAP_MAYMOVE), NULL));
}

static void advice(void)
{
    unsigned char resident[4];
    char *four = map(4);
    memset(four, 5, 2 * PAGE);
    SHOW(mincore(four, 4 * PAGE, resident));
    for (int i = 0; i < 4; i++)
        SHOW(resident[i] & 1);
    SHOW(madvise(four, PAGE, MADV_DONTNEED));
    SHOW(is(four, 0, PAGE) && is(four + PAGE, 5, PAGE));
    SHOW(madvise(four + 1, PAGE, MADV_DONTNEED));
    SHOW(madvise(four, PAGE, 9999));
    SHOW(madvise(four, 0, MADV_DONTNEED));
    SHOW(madvise(four, PAGE, MADV_WILLNEED));
    SHOW(mincore(four + 1, PAGE, resident));
    SHOW(mincore(four, PAGE, (unsigned char *)16));
    SHOW(msync(four, PAGE, MS_SYNC | MS_ASYNC));
    SHOW(msync(four + 1, PAGE, MS_SYNC));
    SHOW(msync(four, PAGE, 64));
    munmap(four + PAGE, PAGE);
    SHOW(madvise(four, 4 * PAGE, MADV_DONTNEED));
    SHOW(madvise(four + PAGE, PAGE, MADV_DONTNEED));
    SHOW(mincore(four, 4 * PAGE, resident));
    SHOW(msync(four, 4 * PAGE, MS_SYNC));
}

static void heap_end(void)
{
    const long start = syscall(SYS_brk, 0);
    SHOW(syscall(SYS_brk, start + 3 * PAGE) - start);
    memset((char *)start, 3, 3 * PAGE);
    SHOW(syscall(SYS_brk, start + 100) - start);
    SHOW(is((char *)start, 3, 100));
    SHOW(syscall(SYS_brk, start + 3 * PAGE) - start);
    SHOW(is((char *)start + 2 * PAGE, 0, PAGE));
    SHOW(syscall(SYS_brk, 100) - start);
    SHOW(syscall(SYS_brk, start) - start);
}

int main(void)
{
    mapping();
    protection();
    moving();
    advice();
    heap_end();
    return 0;
}
