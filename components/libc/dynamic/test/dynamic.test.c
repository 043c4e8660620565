/* Lookup by number, and all words passed on. */
#include <az/test.h>

#include "../src/dynamic.c"

static long none(void)
{
    return 7;
}

static long three(long a, long b, long c)
{
    return a * 100 + b * 10 + c;
}

static long seven(long a, long b, long c, long d, long e, long f, long g)
{
    return ((((((a * 10 + b) * 10 + c) * 10 + d) * 10 + e) * 10 + f) * 10) + g;
}

az_dynamic_call *const az_dynamic_calls[] = {
    (az_dynamic_call *)three,
    (az_dynamic_call *)none,
    (az_dynamic_call *)seven,
};
const uint16_t az_dynamic_places[] = {[0] = 1, [1] = 2 | AZ_DYNAMIC_OWN, [39] = 2, [202] = 3};
const size_t az_dynamic_numbers = AZ_ARRAY_LENGTH(az_dynamic_places);

AZ_TEST(calls_what_the_image_has)
{
    AZ_CHECK_EQ(az_sys_dynamic(0, 1, 2, 3, 9, 9, 9, 9), 123);
    AZ_CHECK_EQ(az_sys_dynamic(1, 9, 9, 9, 9, 9, 9, 9), 7);
    AZ_CHECK_EQ(az_sys_dynamic(39, 9, 9, 9, 9, 9, 9, 9), 7);
    AZ_CHECK_EQ(az_sys_dynamic(202, 1, 2, 3, 4, 5, 6, 7), 1234567);
}

AZ_TEST(answers_enosys_for_all_else)
{
    const long absent[] = {-1, 2, 38, 40, 201, 203, 100000};
    for (size_t i = 0; i < AZ_ARRAY_LENGTH(absent); i++)
        AZ_CHECK_EQ(az_sys_dynamic(absent[i], 0, 0, 0, 0, 0, 0, 0), -ENOSYS);
}
