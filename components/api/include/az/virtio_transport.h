/*
 * How a virtio device is reached: what a transport (PCI, MMIO) hands to bus/virtio, which knows the rest. Provided by bus/virtio;
 * for transports alone, drivers use az/virtio.h.
 */
#ifndef AZ_VIRTIO_TRANSPORT_H
#define AZ_VIRTIO_TRANSPORT_H

#include <az/virtio.h>

/* A structure of registers, in port or in memory space. */
struct az_virtio_region {
    volatile uint8_t *memory; /* NULL: ports */
    uint16_t port;
    uint32_t bytes; /* 0: absent */
};

/* An access in the width of the field: 1, 2 or 4 bytes. Context: any. */
uint32_t az_virtio_region_read(const struct az_virtio_region *region, unsigned offset, unsigned bytes);
void az_virtio_region_write(const struct az_virtio_region *region, unsigned offset, unsigned bytes, uint32_t value);

/* What every transport has in some place. 64-bit fields are two words. */
enum az_virtio_register {
    AZ_VIRTIO_DEVICE_FEATURE_SELECT,
    AZ_VIRTIO_DEVICE_FEATURE,
    AZ_VIRTIO_DRIVER_FEATURE_SELECT,
    AZ_VIRTIO_DRIVER_FEATURE,
    AZ_VIRTIO_STATUS,
    AZ_VIRTIO_CONFIG_GENERATION,
    AZ_VIRTIO_QUEUE_SELECT,
    AZ_VIRTIO_QUEUE_SIZE_MAX,
    AZ_VIRTIO_QUEUE_SIZE,
    AZ_VIRTIO_QUEUE_VECTOR,
    AZ_VIRTIO_QUEUE_NOTIFY_OFFSET,
    AZ_VIRTIO_QUEUE_DESCRIPTORS,
    AZ_VIRTIO_QUEUE_DESCRIPTORS_HIGH,
    AZ_VIRTIO_QUEUE_DRIVER,
    AZ_VIRTIO_QUEUE_DRIVER_HIGH,
    AZ_VIRTIO_QUEUE_DEVICE,
    AZ_VIRTIO_QUEUE_DEVICE_HIGH,
    AZ_VIRTIO_QUEUE_ENABLE,
    AZ_VIRTIO_REGISTERS,
};

/* A transport: where its registers are, and how its devices interrupt. */
struct az_virtio_transport {
    struct {
        uint8_t offset, bytes; /* 0 bytes: it has none; reads as 0 */
    } field[AZ_VIRTIO_REGISTERS];
    uint8_t notify_bytes; /* width of a notification */
    /* Connects the device's interrupt to its `handler`. Errors: see az_irq_connect(). */
    int (*connect)(struct az_virtio_device *device);
};

#define AZ_VIRTIO_NO_VECTOR 0xffffu

/* The first member of a transport's own device, zero but for what the transport fills in. */
struct az_virtio_device {
    /* The transport's: */
    const struct az_virtio_transport *transport;
    struct az_virtio_region registers, notify, config;
    uint32_t notify_multiplier; /* of AZ_VIRTIO_QUEUE_NOTIFY_OFFSET */
    uint16_t queue_vector;      /* AZ_VIRTIO_NO_VECTOR, or what `connect` chose */
    bool config_changed;        /* set in interrupts */
    /* bus/virtio's; for `connect` and interrupts to read: */
    az_irq_handler *handler; /* stays when the driver gives up: an interrupt is connected for good */
    void *handler_arg;
    struct az_virtqueue *queues;
};

uint32_t az_virtio_read(const struct az_virtio_device *device, enum az_virtio_register field);
void az_virtio_write(const struct az_virtio_device *device, enum az_virtio_register field, uint32_t value);

/* The driver for devices of `type`; NULL when the image has none. Context: thread. */
const struct az_virtio_driver *az_virtio_driver(unsigned type);
/* Calls the driver's probe; a device that it does not take is reset. Errors: the probe's. Context: thread. */
AZ_MUST_USE int az_virtio_probe(const struct az_virtio_driver *driver, struct az_virtio_device *device);
/* Whether some driver has taken a device by now. Context: thread. */
bool az_virtio_has_devices(void);

#endif
