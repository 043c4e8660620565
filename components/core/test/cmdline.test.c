/* The command line: quoting, the kernel's words, the app's. */
#include <az/test.h>

#include "../src/cmdline.c"

struct az_boot_info az_boot_info;

static void expect_word(struct az_words *words, const char *expected)
{
    char word[64];
    long length = az_cmdline_next(words, word, sizeof word);
    AZ_CHECK_EQ(length, (long)strlen(expected));
    if (length >= 0)
        AZ_CHECK_STR(word, expected);
}

AZ_TEST(words_are_split_at_spaces_and_grouped_by_quotes)
{
    az_boot_info.cmdline = "  az.link=0xe9 \"az.env=NAME=a \\\"b\\\" c\" -- -x \"two words\" \"\" a\\ b c\"d e\"f ";
    struct az_words words = az_cmdline_words();
    expect_word(&words, "az.link=0xe9");
    expect_word(&words, "az.env=NAME=a \"b\" c");
    expect_word(&words, "--");
    expect_word(&words, "-x");
    expect_word(&words, "two words");
    expect_word(&words, "");
    expect_word(&words, "a b");
    expect_word(&words, "cd ef");
    AZ_CHECK_EQ(az_cmdline_next(&words, NULL, 0), -1);
    AZ_CHECK_EQ(az_cmdline_next(&words, NULL, 0), -1);
}

AZ_TEST(a_word_that_does_not_fit_is_cut_and_measured)
{
    char word[4];
    az_boot_info.cmdline = "abcdef \\";
    struct az_words words = az_cmdline_words();
    AZ_CHECK_EQ(az_cmdline_next(&words, word, sizeof word), 6);
    AZ_CHECK_STR(word, "abc");
    AZ_CHECK_EQ(az_cmdline_next(&words, word, sizeof word), 1);
    AZ_CHECK_STR(word, "\\");
}

AZ_TEST(broken_quotes_end_with_the_line)
{
    az_boot_info.cmdline = "\"never closed ";
    struct az_words words = az_cmdline_words();
    expect_word(&words, "never closed ");
    AZ_CHECK_EQ(az_cmdline_next(&words, NULL, 0), -1);
}

AZ_TEST(options_are_the_kernels_words_only)
{
    char value[8];
    az_boot_info.cmdline = "az.a=1 az.ab=\"x y\" \"az.q=z\" az.long=123456789 az.e= plain -- az.app=1";
    AZ_CHECK_EQ(az_boot_option("az.a", value, sizeof value), 0);
    AZ_CHECK_STR(value, "1");
    AZ_CHECK_EQ(az_boot_option("az.ab", value, sizeof value), 0);
    AZ_CHECK_STR(value, "x y");
    AZ_CHECK_EQ(az_boot_option("az.q", value, sizeof value), 0);
    AZ_CHECK_STR(value, "z");
    AZ_CHECK_EQ(az_boot_option("az.e", value, sizeof value), 0);
    AZ_CHECK_STR(value, "");
    AZ_CHECK_EQ(az_boot_option("az.long", value, sizeof value), -E2BIG);
    AZ_CHECK_STR(value, "");
    AZ_CHECK_EQ(az_boot_option("plain", value, sizeof value), -ENOENT);
    AZ_CHECK_EQ(az_boot_option("az.app", value, sizeof value), -ENOENT);
    AZ_CHECK_EQ(az_boot_option("az", value, sizeof value), -ENOENT);
    az_boot_info.cmdline = NULL;
    AZ_CHECK_EQ(az_boot_option("az.a", value, sizeof value), -ENOENT);
}

AZ_TEST(numbers_are_decimal_or_hexadecimal)
{
    unsigned long number = 7;
    az_boot_info.cmdline = "a=0xe9 b=244 c=12x d= e=0x f=99999999999999999999999 g=18446744073709551615 h=18446744073709551616";
    AZ_CHECK_EQ(az_boot_option_number("c", &number), -EINVAL);
    AZ_CHECK_EQ(az_boot_option_number("d", &number), -EINVAL);
    AZ_CHECK_EQ(az_boot_option_number("e", &number), -EINVAL);
    AZ_CHECK_EQ(az_boot_option_number("f", &number), -EINVAL);
    AZ_CHECK_EQ(az_boot_option_number("h", &number), -EINVAL);
    AZ_CHECK_EQ(az_boot_option_number("missing", &number), -ENOENT);
    AZ_CHECK_EQ(number, 7);
    AZ_CHECK_EQ(az_boot_option_number("a", &number), 0);
    AZ_CHECK_EQ(number, 0xe9);
    AZ_CHECK_EQ(az_boot_option_number("b", &number), 0);
    AZ_CHECK_EQ(number, 244);
    AZ_CHECK_EQ(az_boot_option_number("g", &number), 0);
    AZ_CHECK(number == ~0ul);
}
