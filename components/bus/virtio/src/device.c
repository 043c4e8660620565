/* Bringing a device up: virtio 1.2, section 3.1. */
#include "device.h"

#include <errno.h>
#include <string.h>

#include <az/log.h>

#define STATUS_ACKNOWLEDGE 1u
#define STATUS_DRIVER 2u
#define STATUS_DRIVER_OK 4u
#define STATUS_FEATURES_OK 8u
#define STATUS_FAILED 128u

#define RESET_READS_MAX 1000000u
#define GENERATION_TRIES_MAX 16u

static uint8_t status(const struct az_virtio_device *device)
{
    return region_read8(&device->common, COMMON_DEVICE_STATUS);
}

static void add_status(struct az_virtio_device *device, uint8_t bits)
{
    region_write8(&device->common, COMMON_DEVICE_STATUS, (uint8_t)(status(device) | bits));
}

/* True when the device has come to rest. */
static bool reset(struct az_virtio_device *device)
{
    region_write8(&device->common, COMMON_DEVICE_STATUS, 0);
    for (unsigned i = 0; i < RESET_READS_MAX; i++)
        if (status(device) == 0)
            return true;
    return false;
}

void virtio_reset(struct az_virtio_device *device)
{
    if (!reset(device))
        return; /* it may still write to its queues: they stay */
    while (device->queues)
        virtqueue_free(device->queues);
}

int az_virtio_negotiate(struct az_virtio_device *device, uint64_t wanted, uint64_t *out_features)
{
    const struct virtio_region *common = &device->common;
    if (!reset(device))
        return -EIO;
    add_status(device, STATUS_ACKNOWLEDGE);
    add_status(device, STATUS_DRIVER);

    region_write32(common, COMMON_DEVICE_FEATURE_SELECT, 0);
    uint64_t features = region_read32(common, COMMON_DEVICE_FEATURE);
    region_write32(common, COMMON_DEVICE_FEATURE_SELECT, 1);
    features |= (uint64_t)region_read32(common, COMMON_DEVICE_FEATURE) << 32;
    features &= wanted | UINT64_C(1) << AZ_VIRTIO_F_VERSION_1;
    if (!(features >> AZ_VIRTIO_F_VERSION_1 & 1))
        return -ENODEV;

    region_write32(common, COMMON_DRIVER_FEATURE_SELECT, 0);
    region_write32(common, COMMON_DRIVER_FEATURE, (uint32_t)features);
    region_write32(common, COMMON_DRIVER_FEATURE_SELECT, 1);
    region_write32(common, COMMON_DRIVER_FEATURE, (uint32_t)(features >> 32));
    add_status(device, STATUS_FEATURES_OK);
    if (!(status(device) & STATUS_FEATURES_OK))
        return -EIO;
    *out_features = features;
    return 0;
}

void az_virtio_ready(struct az_virtio_device *device)
{
    add_status(device, STATUS_DRIVER_OK);
}

void az_virtio_fail(struct az_virtio_device *device)
{
    add_status(device, STATUS_FAILED);
}

/* One reading, by words, half-words or bytes as the fields are. */
static void read_config(const struct virtio_region *config, unsigned offset, uint8_t *out,
                        size_t bytes)
{
    size_t width = bytes == 2 ? 2 : bytes % 4 == 0 ? 4 : 1;
    for (size_t at = 0; at < bytes; at += width) {
        unsigned from = offset + (unsigned)at;
        uint32_t value = width == 4   ? region_read32(config, from)
                         : width == 2 ? region_read16(config, from)
                                      : region_read8(config, from);
        memcpy(out + at, &value, width);
    }
}

void az_virtio_config(struct az_virtio_device *device, unsigned offset, void *out, size_t bytes)
{
    memset(out, 0, bytes);
    if (offset > device->config.bytes || bytes > device->config.bytes - offset)
        return;
    for (unsigned tries = 0; tries < GENERATION_TRIES_MAX; tries++) {
        uint8_t before = region_read8(&device->common, COMMON_CONFIG_GENERATION);
        read_config(&device->config, offset, out, bytes);
        if (region_read8(&device->common, COMMON_CONFIG_GENERATION) == before)
            return;
    }
}

bool az_virtio_config_changed(struct az_virtio_device *device)
{
    if (!*(volatile bool *)&device->config_changed)
        return false;
    device->config_changed = false;
    return true;
}

/* -- Interrupts ---------------------------------------------------------------------------------------- */

enum { MESSAGE_CONFIG, MESSAGE_QUEUES };

static int connect_messages(struct az_virtio_device *device)
{
    int error = az_pci_msix_start(&device->pci, &device->msix);
    if (error)
        return error;
    error = az_pci_msix_connect(&device->msix, MESSAGE_QUEUES, 0, virtio_queues_interrupted, device);
    if (!error)
        error = az_pci_msix_connect(&device->msix, MESSAGE_CONFIG, 0, virtio_config_interrupted,
                                    device);
    if (!error) {
        region_write16(&device->common, COMMON_CONFIG_MSIX_VECTOR, MESSAGE_CONFIG);
        if (region_read16(&device->common, COMMON_CONFIG_MSIX_VECTOR) != MESSAGE_CONFIG)
            error = -ENODEV;
    }
    if (error) {
        az_pci_msix_stop(&device->pci);
        return error;
    }
    device->queue_vector = MESSAGE_QUEUES;
    return 0;
}

int az_virtio_irq(struct az_virtio_device *device, az_irq_handler *handler, void *arg)
{
    AZ_ASSERT(!device->queues);
    device->handler = handler;
    device->handler_arg = arg;
    if (connect_messages(device) == 0)
        return 0;
    struct az_irq_source source;
    int error = az_pci_irq(&device->pci, &source);
    if (error)
        return error;
    return az_irq_connect(&source, 0, virtio_pin_interrupted, device);
}
