/* A frame or part of one, on its way between a device and the app: reference-counted, with headroom and fragments. */
#ifndef AZ_NETBUF_H
#define AZ_NETBUF_H

#include <az/base.h>

#define AZ_NETBUF_HEADROOM 128u /* room for every header up to TCP's options, and the device's */
#define AZ_NETBUF_ROOM 1792u    /* most bytes after the headroom */

struct az_netbuf {
    struct az_netbuf *next;     /* list the owner of the moment uses; a sender that keeps a reference uses `control` */
    struct az_netbuf *fragment; /* more bytes of the same frame; received frames are in one piece */
    uint8_t *data;              /* first valid byte */
    uint32_t length;            /* valid bytes from `data`, this fragment only */
    uint32_t references;
    uint8_t *head;              /* first byte of the memory */
    uint32_t capacity;          /* bytes of memory from `head` */
    uint16_t checksum_start, checksum_offset; /* AZ_NETBUF_CHECKSUM: as virtio 1.2, 5.1.6.2; from `data` */
    uint16_t flags;
    uint16_t segment_bytes;     /* AZ_NETBUF_SEGMENT: TCP payload per segment */
    az_phys phys;               /* of `head` */
    void (*release)(struct az_netbuf *buffer); /* back to where it came from */
    void *owner;
    uintptr_t control[6];       /* notes of the protocol that made or keeps the buffer; lower layers leave them alone */
};

#define AZ_NETBUF_CHECKSUM 1u    /* out: device fills in the checksum at start + offset */
#define AZ_NETBUF_CHECKSUM_OK 2u /* in: device has verified it */
#define AZ_NETBUF_SEGMENT 4u     /* out: device cuts it into TCP segments */

/*
 * A buffer with AZ_NETBUF_HEADROOM before `data` and room for `bytes` (<= AZ_NETBUF_ROOM) after it, `length` 0.
 * NULL: no memory, or network buffers hold their share of it (NET_NETBUF_PERCENT). Context: thread.
 */
AZ_MUST_USE struct az_netbuf *az_netbuf_alloc(size_t bytes);
AZ_ALWAYS_INLINE void az_netbuf_ref(struct az_netbuf *buffer)
{
    buffer->references++;
}
/* Gives up a reference to a buffer and its fragments. NULL is fine. */
void az_netbuf_unref(struct az_netbuf *buffer);

struct az_netbuf_stats {
    uint64_t live, live_max; /* buffers that someone holds */
    uint64_t failed;         /* allocations that found no memory */
};
void az_netbuf_stats(struct az_netbuf_stats *out);

/* Moves `data` down by `bytes` for a header; returns it. The room was reserved by whoever allocated. */
AZ_ALWAYS_INLINE void *az_netbuf_push(struct az_netbuf *buffer, uint32_t bytes)
{
    AZ_ASSERT((size_t)(buffer->data - buffer->head) >= bytes);
    buffer->data -= bytes;
    buffer->length += bytes;
    return buffer->data;
}

/* Drops `bytes` from the front; false when there are not as many in the first fragment. */
AZ_ALWAYS_INLINE bool az_netbuf_pull(struct az_netbuf *buffer, uint32_t bytes)
{
    if (buffer->length < bytes)
        return false;
    buffer->data += bytes;
    buffer->length -= bytes;
    return true;
}

/* Bytes that can be added behind the valid ones. */
AZ_ALWAYS_INLINE uint32_t az_netbuf_tailroom(const struct az_netbuf *buffer)
{
    return (uint32_t)(buffer->head + buffer->capacity - (buffer->data + buffer->length));
}

#endif
