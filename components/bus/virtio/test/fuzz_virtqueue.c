/* libFuzzer over hostile-queue.h; .ci/run builds and runs it with clang -fsanitize=fuzzer,address,undefined. */
#include "hostile-queue.h"

void az_assert_failed(const char *condition, const char *file, int line)
{
    printf("%s:%d: %s\n", file, line, condition);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hostile_run(data, size);
    return 0;
}
