/* Every length and alignment against the plainest code there is, at the edge of an unmapped page. */
#define _GNU_SOURCE
#include <az/test.h>
#include <sys/mman.h>
#include <unistd.h>

#define memcpy our_memcpy
#define memmove our_memmove
#define memset our_memset
#define memcmp our_memcmp
#define memchr our_memchr
#define strlen our_strlen
#define strcmp our_strcmp
#define strncmp our_strncmp
#define strchrnul our_strchrnul
#define __strchrnul our___strchrnul
void *our_memcpy(void *restrict, const void *restrict, size_t);
void *our_memmove(void *, const void *, size_t);
void *our_memset(void *, int, size_t);
int our_memcmp(const void *, const void *, size_t);
void *our_memchr(const void *, int, size_t);
size_t our_strlen(const char *);
int our_strcmp(const char *, const char *);
int our_strncmp(const char *, const char *, size_t);
char *our_strchrnul(const char *, int);
char *our___strchrnul(const char *, int);
#include "../src/memcpy.c"
#include "../src/memset.c"
#include "../src/memcmp.c"
#define alias(name) alias("our_strchrnul")
#include "../src/memchr.c"
#undef alias
#include "../src/strlen.c"
#include "../src/strcmp.c"

#define LONGEST 300u /* beyond REP_BYTES */
#define SLACK 16u

/* The last byte before an unmapped page. */
static unsigned char *page_end(void)
{
    static unsigned char *end;
    if (!end) {
        const size_t page = (size_t)sysconf(_SC_PAGESIZE);
        unsigned char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        AZ_CHECK(mprotect(pages + page, page, PROT_NONE) == 0);
        end = pages + page;
    }
    return end;
}

static void fill(unsigned char *bytes, size_t count, unsigned seed)
{
    for (size_t i = 0; i < count; i++) {
        seed = seed * 1103515245u + 12345u;
        bytes[i] = (unsigned char)(seed >> 16);
    }
}

AZ_TEST(memcpy_copies_exactly_its_bytes)
{
    unsigned char from[LONGEST + SLACK], to[LONGEST + 2 * SLACK];
    fill(from, sizeof from, 1);
    for (size_t count = 0; count <= LONGEST; count++)
        for (size_t shift = 0; shift < SLACK; shift++) {
            for (size_t i = 0; i < sizeof to; i++)
                to[i] = 0xaa;
            AZ_CHECK(our_memcpy(to + shift, from + SLACK - shift, count) == to + shift);
            for (size_t i = 0; i < sizeof to; i++) {
                const bool inside = i >= shift && i < shift + count;
                AZ_CHECK_EQ(to[i], inside ? from[SLACK - shift + i - shift] : 0xaa);
            }
        }
}

AZ_TEST(memmove_copies_as_if_through_a_buffer)
{
    unsigned char before[3 * LONGEST], moved[3 * LONGEST];
    fill(before, sizeof before, 2);
    for (size_t count = 0; count <= LONGEST; count++)
        for (size_t to = 0; to <= 2 * SLACK; to++) {
            for (size_t i = 0; i < sizeof before; i++)
                moved[i] = before[i];
            AZ_CHECK(our_memmove(moved + to, moved + SLACK, count) == moved + to);
            for (size_t i = 0; i < sizeof before; i++) {
                const bool inside = i >= to && i < to + count;
                AZ_CHECK_EQ(moved[i], inside ? before[SLACK + i - to] : before[i]);
            }
        }
}

AZ_TEST(memset_sets_exactly_its_bytes)
{
    unsigned char to[LONGEST + 2 * SLACK];
    for (size_t count = 0; count <= LONGEST; count++)
        for (size_t shift = 0; shift < SLACK; shift++) {
            for (size_t i = 0; i < sizeof to; i++)
                to[i] = 0x11;
            AZ_CHECK(our_memset(to + shift, 0x1c5, count) == to + shift);
            for (size_t i = 0; i < sizeof to; i++)
                AZ_CHECK_EQ(to[i], i >= shift && i < shift + count ? 0xc5 : 0x11);
        }
}

static int sign(int value)
{
    return (value > 0) - (value < 0);
}

AZ_TEST(memcmp_orders_by_the_first_byte_that_differs)
{
    unsigned char left[LONGEST + SLACK], *right = page_end() - LONGEST;
    fill(left, sizeof left, 3);
    for (size_t count = 0; count <= LONGEST; count++)
        for (size_t at = 0; at <= count; at++) {
            unsigned char *r = right + LONGEST - count;
            for (size_t i = 0; i < count; i++)
                r[i] = left[1 + i];
            AZ_CHECK_EQ(our_memcmp(left + 1, r, count), 0);
            if (at == count)
                continue;
            r[at] ^= 0x80;
            AZ_CHECK_EQ(sign(our_memcmp(left + 1, r, count)), sign(left[1 + at] - r[at]));
            if (at + 1 < count)
                r[at + 1] ^= 0xff;
            AZ_CHECK_EQ(sign(our_memcmp(left + 1, r, count)), sign(left[1 + at] - r[at]));
        }
}

AZ_TEST(memchr_finds_the_first)
{
    for (size_t count = 0; count <= LONGEST; count++) {
        unsigned char *from = page_end() - count;
        for (size_t i = 0; i < count; i++)
            from[i] = (unsigned char)(i & 1 ? 0x80 : 0x01); /* neighbours that a borrow would turn into hits */
        AZ_CHECK(our_memchr(from, 0, count) == NULL);
        for (size_t at = count; at-- > 0;) {
            from[at] = 0;
            AZ_CHECK(our_memchr(from, 0x100, count) == from + at);
            AZ_CHECK(our_memchr(from, 0, at) == NULL);
        }
    }
    AZ_CHECK(our_memchr("abc", 'b', SIZE_MAX) != NULL);
}

AZ_TEST(strlen_stops_at_the_end_of_a_page)
{
    for (size_t length = 0; length <= LONGEST; length++) {
        char *string = (char *)page_end() - length - 1;
        our_memset(string, length & 1 ? 0x80 : 0x01, length);
        string[length] = 0;
        AZ_CHECK_EQ(our_strlen(string), length);
    }
}

AZ_TEST(strchrnul_finds_the_byte_or_the_end)
{
    for (size_t length = 0; length <= LONGEST; length++) {
        char *string = (char *)page_end() - length - 1;
        our_memset(string, 'a', length);
        string[length] = 0;
        AZ_CHECK(our_strchrnul(string, 'b') == string + length);
        AZ_CHECK(our___strchrnul(string, 0) == string + length);
        for (size_t at = length; at-- > 0;) {
            string[at] = 'b';
            AZ_CHECK(our_strchrnul(string, 'b') == string + at);
            AZ_CHECK(our_strchrnul(string, 'b' + 256) == string + at);
        }
    }
}

AZ_TEST(strcmp_and_strncmp_order_as_unsigned_bytes)
{
    char left[LONGEST + SLACK];
    for (size_t length = 0; length <= LONGEST; length++) {
        char *l = left + length % SLACK, *right = (char *)page_end() - length - 1;
        for (size_t i = 0; i < length; i++)
            l[i] = right[i] = (char)('a' + i % 26);
        l[length] = right[length] = 0;
        AZ_CHECK_EQ(our_strcmp(l, right), 0);
        AZ_CHECK_EQ(our_strncmp(l, right, SIZE_MAX), 0);
        for (size_t at = 0; at < length; at++) {
            const char kept = right[at];
            right[at] = (char)0xf0;
            AZ_CHECK(our_strcmp(l, right) < 0 && our_strcmp(right, l) > 0);
            AZ_CHECK(our_strncmp(l, right, at + 1) < 0);
            AZ_CHECK_EQ(our_strncmp(l, right, at), 0);
            right[at] = 0;
            AZ_CHECK(our_strcmp(l, right) > 0 && our_strcmp(right, l) < 0);
            right[at] = kept;
        }
    }
}
