/* Virtio 1.2, driver side: devices found on a bus, split virtqueues. Provided by bus/virtio. */
#ifndef AZ_VIRTIO_H
#define AZ_VIRTIO_H

#include <az/irq.h>
#include <az/wait.h>

struct az_virtio_device;

#define AZ_VIRTIO_F_VERSION_1 32u

/* Generated from `binds: { virtio: [1] }`; ends with probe NULL. */
struct az_virtio_driver {
    uint16_t type; /* virtio 1.2, section 5 */
    int (*probe)(struct az_virtio_device *device);
};
extern const struct az_virtio_driver az_virtio_drivers[];

/* Resets, acknowledges, and negotiates: `wanted` of what is offered. Errors: -ENODEV when VERSION_1 is not to be had, -EIO. */
AZ_MUST_USE int az_virtio_negotiate(struct az_virtio_device *device, uint64_t wanted, uint64_t *out_features);
/* Sets DRIVER_OK. */
void az_virtio_ready(struct az_virtio_device *device);
/* Gives up on it: sets FAILED. */
void az_virtio_fail(struct az_virtio_device *device);
/* Reads the device's configuration space (1, 2 or 4 byte fields, retried until its generation is stable). */
void az_virtio_config(struct az_virtio_device *device, unsigned offset, void *out, size_t bytes);

/*
 * Connects the device's interrupt: handler(arg) runs in irq context for every queue that is armed, the device acknowledged.
 * After az_virtio_negotiate(), before the first az_virtqueue_create(). Errors: see az_irq_connect().
 */
AZ_MUST_USE int az_virtio_irq(struct az_virtio_device *device, az_irq_handler *handler, void *arg);
/* True when the device has announced a change of its configuration since the last call. */
bool az_virtio_config_changed(struct az_virtio_device *device);

struct az_virtqueue;

/* One piece of a chain. */
struct az_virtio_segment {
    az_phys phys;
    uint32_t bytes;
    bool device_writes;
};

/*
 * Makes queue `index` with up to `size_max` entries (a power of two; the device may offer fewer). Errors: -ENOENT no such queue,
 * -ENOMEM.
 */
AZ_MUST_USE int az_virtqueue_create(struct az_virtio_device *device, unsigned index, unsigned size_max,
                                    struct az_virtqueue **out);
unsigned az_virtqueue_size(const struct az_virtqueue *queue);
unsigned az_virtqueue_room(const struct az_virtqueue *queue); /* free descriptors */
/* Offers a chain of `count` segments; `token` comes back when the device is done. Errors: -ENOSPC. */
AZ_MUST_USE int az_virtqueue_add(struct az_virtqueue *queue, const struct az_virtio_segment *segments, unsigned count,
                                 void *token);
/* Tells the device, unless it asked not to be told. Once per burst. */
void az_virtqueue_kick(struct az_virtqueue *queue);
/*
 * The token of a finished chain and how many bytes the device wrote (never more than offered); NULL when none is. A queue
 * whose device broke the rules beyond repair gives nothing any more.
 */
void *az_virtqueue_take(struct az_virtqueue *queue, uint32_t *out_bytes);
/* Interrupts for this queue, off at first; false: turned on, and something is finished already. */
bool az_virtqueue_arm(struct az_virtqueue *queue, bool on);

/* What a device did that it must not: answered with an id that is not its own, a length beyond the chain, a wild index. */
uint64_t az_virtqueue_violations(const struct az_virtqueue *queue);

#endif
