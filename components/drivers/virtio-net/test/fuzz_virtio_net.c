/* libFuzzer over hostile-net.h; .ci/fuzz.sh builds and runs it with clang -fsanitize=fuzzer,address,undefined. */
#include "hostile-net.h"

void az_assert_failed(const char *condition, const char *file, int line)
{
    printf("%s:%d: %s\n", file, line, condition);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hostile_net_run(data, size);
    return 0;
}
