/* What the files of bus/virtio share: a device and how its registers are reached. */
#ifndef DEVICE_H
#define DEVICE_H

#include <az/arch.h>
#include <az/pci.h>
#include <az/virtio.h>

/* A structure of registers, in port or in memory space. */
struct virtio_region {
    volatile uint8_t *memory; /* NULL: ports */
    uint16_t port;
    uint32_t bytes; /* 0: absent */
};

/* Common configuration: virtio 1.2, section 4.1.4.3. 64-bit fields are two words. */
enum virtio_common {
    COMMON_DEVICE_FEATURE_SELECT = 0x00,
    COMMON_DEVICE_FEATURE = 0x04,
    COMMON_DRIVER_FEATURE_SELECT = 0x08,
    COMMON_DRIVER_FEATURE = 0x0c,
    COMMON_CONFIG_MSIX_VECTOR = 0x10,
    COMMON_DEVICE_STATUS = 0x14,
    COMMON_CONFIG_GENERATION = 0x15,
    COMMON_QUEUE_SELECT = 0x16,
    COMMON_QUEUE_SIZE = 0x18,
    COMMON_QUEUE_MSIX_VECTOR = 0x1a,
    COMMON_QUEUE_ENABLE = 0x1c,
    COMMON_QUEUE_NOTIFY_OFF = 0x1e,
    COMMON_QUEUE_DESCRIPTORS = 0x20,
    COMMON_QUEUE_DRIVER = 0x28,
    COMMON_QUEUE_DEVICE = 0x30,
    COMMON_BYTES = 0x38,
};

#define VIRTIO_NO_VECTOR 0xffffu

struct az_virtio_device {
    struct az_pci_device pci;
    struct virtio_region common, notify, isr, config;
    uint32_t notify_multiplier;
    struct az_virtqueue *queues;
    struct az_pci_msix msix;
    uint16_t queue_vector; /* VIRTIO_NO_VECTOR: the pin */
    bool config_changed;   /* set in interrupts */
    az_irq_handler *handler;
    void *handler_arg;
};

/* Accesses in the width of the field. Context: any. */
uint8_t region_read8(const struct virtio_region *region, unsigned offset);
uint16_t region_read16(const struct virtio_region *region, unsigned offset);
uint32_t region_read32(const struct virtio_region *region, unsigned offset);
void region_write8(const struct virtio_region *region, unsigned offset, uint8_t value);
void region_write16(const struct virtio_region *region, unsigned offset, uint16_t value);
void region_write32(const struct virtio_region *region, unsigned offset, uint32_t value);

/* Stops the device and frees its queues. */
void virtio_reset(struct az_virtio_device *device);
/* Frees a queue that the device no longer uses. */
void virtqueue_free(struct az_virtqueue *queue);

/* Interrupt handlers; `arg` is the device. */
void virtio_pin_interrupted(void *arg);
void virtio_queues_interrupted(void *arg);
void virtio_config_interrupted(void *arg);

#endif
