/*
 * Machine words as a unit of work on bytes. An `az_word` may alias anything and lie anywhere: x86 reads and writes
 * unaligned words at no cost worth avoiding.
 */
#ifndef AZ_STRING_WORD_H
#define AZ_STRING_WORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uintptr_t __attribute__((may_alias, aligned(1))) az_word;

#define WORD sizeof(az_word)

/*
 * From here on an instruction with a prefix does it: shorter to count, on processors and on v86 many times as fast as a loop,
 * on QEMU's translator as fast. Below, a processor is slower to begin with one than a loop is to end.
 */
#define REP_BYTES ((size_t)256)

/* The byte in each byte of a word. */
#define WORD_OF(byte) ((az_word)(UINTPTR_MAX / 255) * (unsigned char)(byte))

/*
 * The top bit of each zero byte of `word`, perhaps with bits above the lowest one found (a borrow runs upwards):
 * 0 exactly when there is no zero byte, and the lowest bit set is exact.
 */
static inline az_word word_zeros(az_word word)
{
    return (word - WORD_OF(1)) & ~word & WORD_OF(0x80);
}

/* Index of the first zero byte that `zeros`, which is not 0, tells of. */
static inline size_t word_first(az_word zeros)
{
    return (size_t)__builtin_ctzl(zeros) / 8;
}

#ifdef __x86_64__
#define WORD_SUFFIX "q"
#else
#define WORD_SUFFIX "l"
#endif

/* Copies upwards and moves both pointers behind what it copied. */
static inline void word_rep_movs(char **to, const char **from, size_t words)
{
    __asm__ volatile("rep movs" WORD_SUFFIX : "+D"(*to), "+S"(*from), "+c"(words) : : "memory");
}

static inline void word_rep_stos(void *to, az_word word, size_t words)
{
    __asm__ volatile("rep stos" WORD_SUFFIX : "+D"(to), "+c"(words) : "a"(word) : "memory");
}

/* The aligned word that holds the byte at `pointer`. */
static inline const char *word_start(const void *pointer)
{
    return (const char *)((uintptr_t)pointer & -WORD);
}

/* All bits of the bytes before the one at `pointer` in its aligned word. */
static inline az_word word_before(const void *pointer)
{
    return ((az_word)1 << (uintptr_t)pointer % WORD * 8) - 1;
}

static inline bool word_aligned(const void *pointer)
{
    return (uintptr_t)pointer % WORD == 0;
}

/*
 * For functions that look for an end: they read aligned words, which never cross into a page that holds none of
 * the string, but may read past its end.
 */
#ifdef __SANITIZE_ADDRESS__
#define READS_WORDS __attribute__((no_sanitize_address))
#else
#define READS_WORDS
#endif

#endif
