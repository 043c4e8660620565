/* Physical memory for tests of bus/acpi: a few windows of bytes, mapped only as far as they go. */
#ifndef TABLES_MODEL_H
#define TABLES_MODEL_H

#include <errno.h>
#include <string.h>

#include <az/base.h>
#include <az/boot_info.h>
#include <az/log.h>
#include <az/phys.h>

#define MODEL_BASE 0x7fe0000u
#define MODEL_BYTES 4096u

struct az_boot_info az_boot_info;

static uint8_t model_memory[MODEL_BYTES]; /* at MODEL_BASE */
static uint8_t model_bios[0x20000];       /* at 0xe0000 */
static uint8_t model_low[0x500];          /* at 0 */

int az_mmio_map(az_phys phys, size_t bytes, volatile void **out)
{
    struct {
        uint64_t start;
        uint8_t *memory;
        size_t bytes;
    } windows[] = {{MODEL_BASE, model_memory, sizeof model_memory},
                   {0xe0000, model_bios, sizeof model_bios},
                   {0, model_low, sizeof model_low}};
    for (unsigned i = 0; i < AZ_ARRAY_LENGTH(windows); i++) {
        uint64_t offset = phys.value - windows[i].start;
        if (phys.value >= windows[i].start && offset <= windows[i].bytes && bytes <= windows[i].bytes - offset) {
            *out = windows[i].memory + offset;
            return 0;
        }
    }
    return -ENOMEM;
}

void az_log_line(const char *format, ...)
{
    (void)format;
}

#include "../src/dsdt.c"
#include "../src/tables.c"

static void model_reset(void)
{
    memset(model_memory, 0, sizeof model_memory);
    memset(model_bios, 0, sizeof model_bios);
    memset(model_low, 0, sizeof model_low);
    az_boot_info.rsdp = az_phys_of(0);
    root = NULL;
    searched = false;
}

#endif
