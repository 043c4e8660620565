/*
 * Tests in C, one translation unit per program: a test file includes the sources under test and its fakes of the
 * interfaces below them, and this header brings main(). The same file runs on the host under ASan and UBSan
 * (test/support/host-c.ts) and in an image.
 *
 *     AZ_TEST(strlen_stops_at_the_terminator)
 *     {
 *         AZ_CHECK_EQ(strlen("ab"), 2);
 *     }
 *
 * Prints one line per test and ends with status 1 when a check failed. With arguments, runs only the tests named.
 */
#ifndef AZ_TEST_H
#define AZ_TEST_H

#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct az_test {
    const char *name;
    void (*run)(void);
    struct az_test *next;
};

static struct az_test *az_test_first;
__attribute__((unused)) static struct az_test **az_test_last = &az_test_first;
static unsigned az_test_failures; /* checks that failed in the running test */
__attribute__((unused)) static jmp_buf *az_test_assert_jump;

#define AZ_TEST(test)                                                                              \
    static void test(void);                                                                        \
    static struct az_test az_test_of_##test = {#test, test, NULL};                                 \
    __attribute__((constructor)) static void az_test_add_##test(void)                              \
    {                                                                                              \
        *az_test_last = &az_test_of_##test;                                                        \
        az_test_last = &az_test_of_##test.next;                                                    \
    }                                                                                              \
    static void test(void)

#define AZ_CHECK(condition)                                                                        \
    ((condition) ? (void)0                                                                         \
                 : az_test_failed(__FILE__, __LINE__, "%s does not hold", #condition))

/* Integers and pointers. */
#define AZ_CHECK_EQ(actual, expected)                                                              \
    az_test_equal(__FILE__, __LINE__, #actual, (long long)(actual), (long long)(expected))

#define AZ_CHECK_STR(actual, expected)                                                             \
    az_test_equal_strings(__FILE__, __LINE__, #actual, (actual), (expected))

#define AZ_CHECK_BYTES(actual, expected, count)                                                    \
    AZ_CHECK(memcmp((actual), (expected), (count)) == 0)

/* The expression must fail an AZ_ASSERT. */
#define AZ_CHECK_ASSERTS(expression)                                                               \
    do {                                                                                           \
        jmp_buf az_test_jump;                                                                      \
        az_test_assert_jump = &az_test_jump;                                                       \
        if (setjmp(az_test_jump) == 0) {                                                           \
            (void)(expression);                                                                    \
            az_test_failed(__FILE__, __LINE__, "%s asserts nothing", #expression);                 \
        }                                                                                          \
        az_test_assert_jump = NULL;                                                                \
    } while (0)

__attribute__((format(printf, 3, 4))) static inline void
az_test_failed(const char *file, int line, const char *format, ...)
{
    __builtin_va_list args;
    __builtin_va_start(args, format);
    printf("  %s:%d: ", file, line);
    vprintf(format, args);
    printf("\n");
    __builtin_va_end(args);
    az_test_failures++;
}

static inline void az_test_equal(const char *file, int line, const char *text, long long actual,
                                 long long expected)
{
    if (actual != expected)
        az_test_failed(file, line, "%s is %lld (0x%llx), not %lld (0x%llx)", text, actual,
                       (unsigned long long)actual, expected, (unsigned long long)expected);
}

static inline void az_test_equal_strings(const char *file, int line, const char *text,
                                         const char *actual, const char *expected)
{
    if (strcmp(actual, expected) != 0)
        az_test_failed(file, line, "%s is \"%s\", not \"%s\"", text, actual, expected);
}

#ifndef AZ_IN_IMAGE /* there core has it */
void az_assert_failed(const char *condition, const char *file, int line);
__attribute__((noreturn)) void az_assert_failed(const char *condition, const char *file, int line)
{
    if (az_test_assert_jump)
        longjmp(*az_test_assert_jump, 1);
    printf("  %s:%d: assertion failed: %s\n", file, line, condition);
    fflush(stdout);
    abort();
}
#endif

int main(int argc, char **argv)
{
    unsigned bad = 0, ran = 0;
    for (struct az_test *test = az_test_first; test; test = test->next) {
        int wanted = argc == 1;
        for (int i = 1; i < argc; i++)
            wanted |= strcmp(argv[i], test->name) == 0;
        if (!wanted)
            continue;
        az_test_failures = 0;
        test->run();
        printf("%s %s\n", az_test_failures ? "FAIL" : "ok", test->name);
        fflush(stdout);
        ran++;
        bad += az_test_failures != 0;
    }
    printf("%u tests, %u failed\n", ran, bad);
    return bad || !ran;
}

#endif
