/* A split virtqueue as both sides see it: virtio 1.2, section 2.7. */
#ifndef VIRTQUEUE_H
#define VIRTQUEUE_H

#include "device.h"

struct virtq_descriptor {
    uint64_t address;
    uint32_t bytes;
    uint16_t flags;
    uint16_t next;
};
_Static_assert(sizeof(struct virtq_descriptor) == 16, "virtio 1.2, section 2.7.5");
#define DESCRIPTOR_NEXT 1u
#define DESCRIPTOR_DEVICE_WRITES 2u

struct virtq_available {
    uint16_t flags;
    uint16_t index;
    uint16_t ring[];
};
#define AVAILABLE_NO_INTERRUPT 1u

struct virtq_used_element {
    uint32_t id;
    uint32_t bytes;
};
struct virtq_used {
    uint16_t flags;
    uint16_t index;
    struct virtq_used_element ring[];
};
_Static_assert(sizeof(struct virtq_used) == 4, "virtio 1.2, section 2.7.8");
#define USED_NO_NOTIFY 1u

/* Our own account of a descriptor, out of the device's reach. */
struct virtqueue_slot {
    void *token;       /* of the chain that begins here; NULL: none does */
    uint32_t writable; /* bytes the device may write into that chain */
    uint16_t next;     /* in the chain, or in the free list */
    uint16_t count;    /* descriptors of the chain */
};

struct az_virtqueue {
    struct az_virtio_device *device;
    struct az_virtqueue *next;
    uint16_t index, size;
    unsigned notify_offset;

    volatile struct virtq_descriptor *descriptors;
    volatile struct virtq_available *available;
    volatile struct virtq_used *used;
    az_phys memory;
    unsigned order;

    struct virtqueue_slot *slots; /* `size` of them */
    uint16_t room;                /* free descriptors */
    uint16_t free_first;          /* of the free list, which is `room` less the fresh ones long */
    uint16_t fresh;               /* descriptors from here on were never used */
    uint16_t in_flight;           /* chains */
    uint16_t available_index;     /* next to offer */
    uint16_t kicked_index;
    uint16_t used_index;          /* next to take */
    bool broken;
    uint64_t violations;
};

#endif
