/*
 * Devices in ACPI's DSDT: Name (_HID, "LNRO0005") and after it Name (_CRS, ResourceTemplate () {...}). ACPI 6.5, sections 20.2 (AML),
 * 6.4.2 and 6.4.3 (resources). No interpreter: hypervisors write both as constants, and other bytes do not look like both.
 */
#include "virtio-mmio.h"

#include <string.h>

#define BUFFER_OP 0x11u
#define BYTE_PREFIX 0x0au
#define WORD_PREFIX 0x0bu
#define DWORD_PREFIX 0x0cu

#define RESOURCE_LARGE 0x80u
#define RESOURCE_END 0x79u
#define RESOURCE_END_TAG 0x78u /* less its length */
#define RESOURCE_MEMORY32_FIXED 0x86u
#define RESOURCE_INTERRUPT 0x89u

#define INTERRUPT_EDGE 2u
#define INTERRUPT_LOW 4u

static const char hid[] = "\x08_HID\x0dLNRO0005";
static const char crs[] = "\x08_CRS\x11";

/* Behind the first `text` between `at` and `end`; NULL when there is none. */
static const uint8_t *find(const uint8_t *at, const uint8_t *end, const char *text, size_t bytes)
{
    for (; (size_t)(end - at) >= bytes; at++)
        if (memcmp(at, text, bytes) == 0)
            return at + bytes;
    return NULL;
}

/* The number of bytes of an integer constant that begins with `prefix`. */
static unsigned constant_bytes(uint8_t prefix)
{
    return prefix == BYTE_PREFIX ? 2 : prefix == WORD_PREFIX ? 3 : prefix == DWORD_PREFIX ? 5 : 1;
}

static uint32_t read32(const uint8_t *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

/* Reads the resources from `at` on; false when they lack memory or an interrupt. */
static bool read_resources(const uint8_t *at, const uint8_t *end, struct mmio_place *out)
{
    bool has_memory = false, has_interrupt = false;
    while (end - at >= 3 && (*at & ~7u) != RESOURCE_END_TAG) {
        bool is_large = *at & RESOURCE_LARGE;
        size_t bytes = is_large ? 3u + at[1] + ((size_t)at[2] << 8) : 1u + (*at & 7u);
        if (bytes > (size_t)(end - at))
            return false;
        if (*at == RESOURCE_MEMORY32_FIXED && bytes >= 12) {
            out->registers = read32(at + 4);
            has_memory = read32(at + 8) >= MMIO_CONFIG;
        } else if (*at == RESOURCE_INTERRUPT && bytes >= 9 && at[4] > 0) {
            out->interrupt = (struct az_irq_source){
                .kind = AZ_IRQ_INPUT,
                .line = read32(at + 5),
                .is_level = !(at[3] & INTERRUPT_EDGE),
                .is_active_low = at[3] & INTERRUPT_LOW,
            };
            has_interrupt = true;
        }
        at += bytes;
    }
    return has_memory && has_interrupt;
}

const uint8_t *mmio_parse_aml(const uint8_t *aml, const uint8_t *end, struct mmio_place *out)
{
    while ((aml = find(aml, end, hid, sizeof hid))) {
        const uint8_t *at = find(aml, end, crs, sizeof crs - 1);
        if (!at || end - at < 8)
            return NULL;
        at += 1 + (*at >> 6); /* length of the buffer's package */
        at += constant_bytes(*at);
        if (at < end && read_resources(at, end, out))
            return at;
    }
    return NULL;
}
