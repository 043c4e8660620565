/*
 * `virtio_mmio.device=SIZE@ADDRESS:INTERRUPT[:ID]`, as Linux reads it (Documentation/admin-guide/kernel-parameters.txt) and as QEMU's
 * microvm without ACPI, Firecracker and others write it. SIZE may end in K, M or G.
 */
#include "virtio-mmio.h"

/* Reads a number, decimal or 0x, and moves `*inout_at` behind it; false when there is none or it is too large. */
static bool read_number(const char **inout_at, uint64_t *out)
{
    const char *at = *inout_at;
    unsigned base = 10;
    if (at[0] == '0' && at[1] == 'x') {
        base = 16;
        at += 2;
    }
    const char *first = at;
    uint64_t value = 0;
    for (;; at++) {
        unsigned digit = base; /* none */
        if (*at >= '0' && *at <= '9')
            digit = (unsigned)(*at - '0');
        else if (*at >= 'a' && *at <= 'f')
            digit = (unsigned)(*at - 'a') + 10;
        if (digit >= base)
            break;
        if (value >> 59) /* times 16 does not fit, times 10 may not */
            return false;
        value = value * base + digit;
    }
    *inout_at = at;
    *out = value;
    return at > first;
}

bool mmio_parse_word(const char *value, struct mmio_place *out)
{
    uint64_t size, address, interrupt;
    if (!read_number(&value, &size))
        return false;
    if (*value == 'K' || *value == 'M' || *value == 'G') {
        size = size ? MMIO_BYTES : 0;
        value++;
    }
    if (size < MMIO_CONFIG || *value++ != '@' || !read_number(&value, &address) || *value++ != ':' ||
        !read_number(&value, &interrupt) || interrupt > UINT16_MAX || (*value && *value != ':'))
        return false;
    /* Edge-triggered, as Linux takes the lines of ISA devices. */
    *out = (struct mmio_place){address, {.kind = AZ_IRQ_INPUT, .line = (unsigned)interrupt}};
    return true;
}
