/*
 * Checked packet views. A length is tested once, where az_view_take() hands out a header; the header's fields then are byte
 * arrays of any alignment, and reading them cannot fail:
 *
 *     struct az_view view = {frame->data, frame->length};
 *     const struct udp_header *udp = az_view_take(&view, sizeof(*udp));
 *     if (!udp)
 *         return drop(frame);
 *     uint16_t port = az_be16_get(udp->destination_port);
 */
#ifndef AZ_VIEW_H
#define AZ_VIEW_H

#include <az/base.h>

/* Bytes not looked at yet. */
struct az_view {
    const uint8_t *at;
    uint32_t left;
};

/* The next `bytes` bytes, which the view then lies behind; NULL, and nothing moves, when there are not as many. */
AZ_ALWAYS_INLINE const void *az_view_take(struct az_view *view, uint32_t bytes)
{
    const uint8_t *taken = view->at;
    if (view->left < bytes)
        return NULL;
    view->at += bytes;
    view->left -= bytes;
    return taken;
}

/* Big-endian fields of a packet. */
typedef struct az_be16 {
    uint8_t byte[2];
} az_be16;
typedef struct az_be32 {
    uint8_t byte[4];
} az_be32;

AZ_ALWAYS_INLINE uint16_t az_be16_get(az_be16 field)
{
    return (uint16_t)(field.byte[0] << 8 | field.byte[1]);
}
AZ_ALWAYS_INLINE az_be16 az_be16_of(uint16_t value)
{
    return (az_be16){{(uint8_t)(value >> 8), (uint8_t)value}};
}
AZ_ALWAYS_INLINE uint32_t az_be32_get(az_be32 field)
{
    return (uint32_t)field.byte[0] << 24 | (uint32_t)field.byte[1] << 16 | (uint32_t)field.byte[2] << 8 |
           field.byte[3];
}
AZ_ALWAYS_INLINE az_be32 az_be32_of(uint32_t value)
{
    return (az_be32){{(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value}};
}

#endif
