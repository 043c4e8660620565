#include <az/base.h>
#include <az/test.h>

#include "../src/sleep-type.c"

/* In a block of exactly its size, so that a read beyond it is seen. */
static bool find(const void *bytes, size_t count, uint8_t out[2])
{
    uint8_t *aml = malloc(count ? count : 1);
    memcpy(aml, bytes, count);
    const bool found = sleep_type_find(aml, count, out);
    free(aml);
    return found;
}

#define FIND(text, out) find(text, sizeof(text) - 1, out)
#define CHECK_TYPES(text, a, b)                                                                    \
    do {                                                                                           \
        uint8_t types[2] = {9, 9};                                                                 \
        AZ_CHECK(FIND(text, types));                                                               \
        AZ_CHECK_EQ(types[0], a);                                                                  \
        AZ_CHECK_EQ(types[1], b);                                                                  \
    } while (0)
#define CHECK_NONE(text)                                                                           \
    do {                                                                                           \
        uint8_t types[2] = {9, 9};                                                                 \
        AZ_CHECK(!FIND(text, types));                                                              \
        AZ_CHECK_EQ(types[0], 9);                                                                  \
    } while (0)

AZ_TEST(the_forms_that_compilers_write)
{
    CHECK_TYPES("\x08_S5_\x12\x06\x04\x00\x00\x00\x00", 0, 0);               /* QEMU's PC */
    CHECK_TYPES("..\x08_S5_\x12\x07\x04\x0a\x05\x00\x00\x00", 5, 0);         /* QEMU's microvm */
    CHECK_TYPES("\x08\\_S5_\x12\x08\x04\x0a\x07\x0a\x06\x00\x00", 7, 6);     /* by its path */
    CHECK_TYPES("\x08_S5_\x12\x03\x01\x01", 1, 0);                           /* one element */
}

AZ_TEST(a_package_may_be_long)
{
    /* PkgLength of two bytes: low four bits in the first. */
    CHECK_TYPES("\x08_S5_\x12\x4b\x00\x02\x0b\x03\x00\x0c\x04\x00\x00\x00", 3, 4);
}

AZ_TEST(what_only_looks_like_it_is_passed_over)
{
    CHECK_NONE("");
    CHECK_NONE("_S5_");
    CHECK_NONE("\x14_S5_\x12\x06\x04\x00\x00\x00\x00");      /* not a name's declaration */
    CHECK_NONE("\x08_S5_\x11\x06\x04\x00\x00\x00\x00");      /* not a package */
    CHECK_NONE("\x08_S5_\x12\x06\x00\x00\x00\x00\x00");      /* empty */
    CHECK_NONE("\x08_S5_\x12\x06\x04\x0a\x08\x00\x00\x00");  /* beyond three bits */
    CHECK_NONE("\x08_S5_\x12\x07\x04\x0b\x01\x01\x00\x00");
    CHECK_NONE("\x08_S5_\x12\x06\x04\x70\x00\x00\x00\x00");  /* not a constant */
    CHECK_TYPES("\x08_S5_\x12\x00\x08_S5_\x12\x06\x04\x01\x01\x00\x00", 1, 1); /* the second one is good */
}

AZ_TEST(lengths_that_lie_and_every_truncation)
{
    CHECK_NONE("\x08_S5_\x12\xff\xff\xff\xff\x04\x00\x00");
    CHECK_NONE("\x08_S5_\x12\x01\x04\x00\x00");              /* ends before the count */
    CHECK_NONE("\x08_S5_\x12\x03\x04\x0a\x05");              /* ends within the constant */
    static const char whole[] = "\x08_S5_\x12\x4b\x00\x02\x0b\x03\x00\x0c\x04\x00\x00\x00";
    for (size_t count = 0; count < sizeof whole - 1; count++) {
        uint8_t types[2];
        AZ_CHECK(!find(whole, count, types));
    }
}
