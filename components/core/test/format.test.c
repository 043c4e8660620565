/* az_format against the host's snprintf, for what it knows. */
#include <az/test.h>

#include "../src/format.c"

#define SAME(...)                                                                                  \
    do {                                                                                           \
        char ours[100], theirs[100];                                                               \
        size_t our_length = az_format(ours, sizeof ours, __VA_ARGS__);                             \
        int their_length = snprintf(theirs, sizeof theirs, __VA_ARGS__);                           \
        AZ_CHECK_STR(ours, theirs);                                                                \
        AZ_CHECK_EQ(our_length, their_length);                                                     \
    } while (0)

AZ_TEST(formats_as_printf_does)
{
    SAME("plain");
    SAME("%s|%c|%%", "text", 'x');
    SAME("%10s|%-10s|%2s", "right", "left", "longer");
    SAME("%d %d %i", 0, -1, 2147483647);
    SAME("%d", (int)-2147483648);
    SAME("%u %x", 4294967295u, 0xdeadbeefu);
    SAME("%ld %lu %lx", -5l, ~0ul, ~0ul);
    SAME("%lld %llu %llx", (long long)INT64_MIN, ~0ull, 1ull << 63);
    SAME("%zu %zx", (size_t)12345, (size_t)0xabc);
    SAME("%08x|%5d|%-5d|%05d", 0x1fu, -42, -42, -42);
    SAME("%2d|%02d|%-8x|", 12345, 12345, 0x1fu);
    SAME("%p|%20p|%-20p|", (void *)0x1234, (void *)0x1234, (void *)0x1234);
}

AZ_TEST(cuts_and_terminates)
{
    char out[5] = "####";
    AZ_CHECK_EQ(az_format(out, sizeof out, "%s", "longer"), 6);
    AZ_CHECK_STR(out, "long");
    AZ_CHECK_EQ(az_format(out, 1, "%d", 123), 3);
    AZ_CHECK_STR(out, "");
    AZ_CHECK_EQ(az_format(NULL, 0, "%d", 123), 3);
}

AZ_TEST(odd_formats_do_no_harm)
{
    char out[40];
    const char *const volatile null = NULL;
    const char *broken = "%q %";
    (void)az_format(out, sizeof out, "%s", null);
    AZ_CHECK_STR(out, "(null)");
    AZ_CHECK_EQ(az_format(out, sizeof out, broken, 0), 2);
    AZ_CHECK_STR(out, "q ");
}
