/* Runs a fuzz target without libFuzzer: over the files named, or over COUNT pseudo-random inputs (`-n COUNT`). */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t seed = 12345;

static uint32_t next(void)
{
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

int main(int argc, char **argv)
{
    static uint8_t data[4096];
    unsigned count = argc == 3 && strcmp(argv[1], "-n") == 0 ? (unsigned)atoi(argv[2]) : 0;

    for (unsigned i = 0; i < count; i++) {
        size_t size = next() % sizeof(data);
        for (size_t at = 0; at < size; at++)
            data[at] = (uint8_t)next();
        LLVMFuzzerTestOneInput(data, size);
    }
    for (int i = 1; !count && i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (!file) {
            perror(argv[i]);
            return 1;
        }
        size_t size = fread(data, 1, sizeof(data), file);
        fclose(file);
        LLVMFuzzerTestOneInput(data, size);
    }
    printf("done\n");
    return 0;
}
