/*
 * libFuzzer over ACPI tables: memory is the input, and checksums are put right at places the input names, so that what lies behind
 * them is reached. Whatever is found must lie in memory whole.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tables-model.h"

void az_assert_failed(const char *condition, const char *file, int line)
{
    printf("%s:%d: %s\n", file, line, condition);
    abort();
}

static void fix_checksum(size_t at, size_t bytes, size_t checksum_at)
{
    if (bytes > MODEL_BYTES || at > MODEL_BYTES - bytes || checksum_at >= MODEL_BYTES)
        return;
    uint8_t sum = 0;
    for (size_t i = 0; i < bytes; i++)
        sum = (uint8_t)(sum + model_memory[at + i]);
    model_memory[checksum_at] = (uint8_t)(model_memory[checksum_at] - sum);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 8)
        return 0;
    model_reset();
    memcpy(model_memory, data + 8, AZ_MIN(size - 8, sizeof model_memory));
    memcpy(model_memory, "RSD PTR ", 8);
    uint32_t table = MODEL_BASE + 64;
    memcpy(model_memory + 16, &table, 4);
    model_memory[15] = data[0] & 1 ? 2 : 0;
    uint64_t wide = MODEL_BASE + (data[1] & 1 ? 64u : data[1] * 4u);
    memcpy(model_memory + 24, &wide, 8);
    memcpy(model_memory + 64, data[0] & 1 ? "XSDT" : "RSDT", 4);
    for (unsigned i = 2; i < 5; i++) {
        size_t at = data[i] * 16u;
        uint32_t bytes;
        memcpy(&bytes, model_memory + at + 4, 4);
        fix_checksum(at, bytes, at + 9);
    }
    uint32_t bytes;
    memcpy(&bytes, model_memory + 68, 4);
    fix_checksum(64, bytes, 73);
    fix_checksum(0, 20, 8);
    fix_checksum(0, 36, 32);
    az_boot_info.rsdp = az_phys_of(data[5] & 1 ? MODEL_BASE + data[5] : MODEL_BASE);

    size_t least = data[6];
    const struct az_acpi_header *found = az_acpi_table("APIC", least);
    if (found) {
        const uint8_t *start = (const uint8_t *)found;
        if (found->bytes < least || start < model_memory || start + found->bytes > model_memory + MODEL_BYTES ||
            memcmp(start, "APIC", 4) != 0)
            abort();
    }
    return 0;
}
