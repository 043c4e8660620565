/* libFuzzer over the search for devices in AML; .ci/fuzz.sh builds and runs it with clang -fsanitize=fuzzer,address,undefined. */
#include <stdio.h>
#include <stdlib.h>

#include "../src/aml.c"

void az_assert_failed(const char *condition, const char *file, int line)
{
    printf("%s:%d: %s\n", file, line, condition);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* Short inputs would not find the two names by chance: a byte of 0xf0 or 0xf1 stands for each. */
    uint8_t *aml = malloc(size * sizeof hid + 1), *end = aml;
    for (size_t i = 0; i < size; i++) {
        const char *name = data[i] == 0xf0 ? hid : crs;
        size_t bytes = data[i] == 0xf0 ? sizeof hid : data[i] == 0xf1 ? sizeof crs - 1 : 1;
        memcpy(end, bytes == 1 ? (const char *)&data[i] : name, bytes);
        end += bytes;
    }
    uint8_t *exact = malloc(end == aml ? 1 : (size_t)(end - aml)); /* so that a read beyond the end is caught */
    const uint8_t *at = memcpy(exact, aml, (size_t)(end - aml)), *stop = exact + (end - aml);
    struct mmio_place place;
    while ((at = mmio_parse_aml(at, stop, &place)))
        if (at > stop)
            abort();
    free(exact);
    free(aml);
    return 0;
}
