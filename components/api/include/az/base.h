/* What every file of the kernel may assume: attributes, assertions, configuration, distinct types. */
#ifndef AZ_BASE_H
#define AZ_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <az/config.h> /* generated: CONFIG_<SYMBOL> is 1 for every symbol that is on */

#ifndef static_assert
#define static_assert _Static_assert
#endif

#define AZ_MUST_USE __attribute__((warn_unused_result))
#define AZ_NORETURN __attribute__((noreturn))
#define AZ_WEAK __attribute__((weak))
#define AZ_UNUSED __attribute__((unused))
#define AZ_NOINLINE __attribute__((noinline))
#define AZ_ALWAYS_INLINE static inline __attribute__((always_inline))
#define AZ_PRINTF(at, first) __attribute__((format(printf, at, first)))
#define AZ_ALIGNED(bytes) __attribute__((aligned(bytes)))
#define AZ_LIKELY(x) __builtin_expect(!!(x), 1)
#define AZ_UNLIKELY(x) __builtin_expect(!!(x), 0)

#define AZ_ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define AZ_MIN(a, b) ((a) < (b) ? (a) : (b))
#define AZ_MAX(a, b) ((a) > (b) ? (a) : (b))
#define AZ_ROUND_UP(value, align) (((value) + (align) - 1) & ~((__typeof__(value))(align) - 1))
#define AZ_ROUND_DOWN(value, align) ((value) & ~((__typeof__(value))(align) - 1))
#define AZ_CONTAINER_OF(pointer, type, member)                                                     \
    ((type *)(void *)((char *)(pointer) - offsetof(type, member)))

/*
 * AZ_ON(SMP) is 1 when CONFIG_SMP is 1 in az/config.h, else 0: for `if`, so that both arms compile.
 * CONFIG_SYS_<name> is on for each system call the app can reach: `AZ_ON(SYS_read) ? f : NULL` keeps
 * an operation nobody can call out of the image.
 */
#define AZ_ON(symbol) AZ_ON_VALUE(CONFIG_##symbol)
#define AZ_ON_VALUE(value) AZ_ON_PASTE(value)
#define AZ_ON_PASTE(value) AZ_ON_PICK(AZ_ON_COMMA_##value 1, 0)
#define AZ_ON_COMMA_1 0,
#define AZ_ON_PICK(junk, ...) AZ_ON_SECOND(junk, __VA_ARGS__)
#define AZ_ON_SECOND(first, second, ...) second

/* Nanoseconds: of time since boot, or of a length of time. */
typedef int64_t az_time;
#define AZ_TIME_NEVER INT64_MAX
#define AZ_MS(ms) ((az_time)(ms) * 1000000)
#define AZ_SECONDS(s) ((az_time)(s) * 1000000000)

#define AZ_PAGE_BYTES 4096u
#define AZ_PAGE_SHIFT 12u

/* A physical address. Converted to and from pointers by az/phys.h alone. */
typedef struct az_phys {
    uint64_t value;
} az_phys;

AZ_ALWAYS_INLINE az_phys az_phys_of(uint64_t value)
{
    return (az_phys){value};
}

AZ_ALWAYS_INLINE az_phys az_phys_add(az_phys base, uint64_t bytes)
{
    return (az_phys){base.value + bytes};
}

/* Stops the machine with the failed condition and its place. Stays in release builds. */
#define AZ_ASSERT(condition)                                                                       \
    do {                                                                                           \
        if (AZ_UNLIKELY(!(condition)))                                                             \
            az_assert_failed(#condition, __FILE_NAME__, __LINE__);                                 \
    } while (0)

AZ_NORETURN void az_assert_failed(const char *condition, const char *file, int line);

#endif
