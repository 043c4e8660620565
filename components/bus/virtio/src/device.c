/* Bringing a device up: virtio 1.2, section 3.1. */
#include "device.h"

#include <errno.h>
#include <string.h>

#define STATUS_ACKNOWLEDGE 1u
#define STATUS_DRIVER 2u
#define STATUS_DRIVER_OK 4u
#define STATUS_FEATURES_OK 8u
#define STATUS_FAILED 128u

#define RESET_READS_MAX 1000000u
#define GENERATION_TRIES_MAX 16u

uint32_t az_virtio_read(const struct az_virtio_device *device, enum az_virtio_register field)
{
    unsigned bytes = device->transport->field[field].bytes;
    return bytes ? az_virtio_region_read(&device->registers, device->transport->field[field].offset, bytes) : 0;
}

void az_virtio_write(const struct az_virtio_device *device, enum az_virtio_register field, uint32_t value)
{
    unsigned bytes = device->transport->field[field].bytes;
    if (bytes)
        az_virtio_region_write(&device->registers, device->transport->field[field].offset, bytes, value);
}

static uint32_t status(const struct az_virtio_device *device)
{
    return az_virtio_read(device, AZ_VIRTIO_STATUS);
}

static void add_status(struct az_virtio_device *device, uint32_t bits)
{
    az_virtio_write(device, AZ_VIRTIO_STATUS, status(device) | bits);
}

/* True when the device has come to rest. */
static bool reset(struct az_virtio_device *device)
{
    az_virtio_write(device, AZ_VIRTIO_STATUS, 0);
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
    if (!reset(device))
        return -EIO;
    add_status(device, STATUS_ACKNOWLEDGE);
    add_status(device, STATUS_DRIVER);

    az_virtio_write(device, AZ_VIRTIO_DEVICE_FEATURE_SELECT, 0);
    uint64_t features = az_virtio_read(device, AZ_VIRTIO_DEVICE_FEATURE);
    az_virtio_write(device, AZ_VIRTIO_DEVICE_FEATURE_SELECT, 1);
    features |= (uint64_t)az_virtio_read(device, AZ_VIRTIO_DEVICE_FEATURE) << 32;
    features &= wanted | UINT64_C(1) << AZ_VIRTIO_F_VERSION_1;
    if (!(features >> AZ_VIRTIO_F_VERSION_1 & 1))
        return -ENODEV;

    az_virtio_write(device, AZ_VIRTIO_DRIVER_FEATURE_SELECT, 0);
    az_virtio_write(device, AZ_VIRTIO_DRIVER_FEATURE, (uint32_t)features);
    az_virtio_write(device, AZ_VIRTIO_DRIVER_FEATURE_SELECT, 1);
    az_virtio_write(device, AZ_VIRTIO_DRIVER_FEATURE, (uint32_t)(features >> 32));
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
static void read_config(const struct az_virtio_region *config, unsigned offset, uint8_t *out,
                        size_t bytes)
{
    unsigned width = bytes == 2 ? 2 : bytes % 4 == 0 ? 4 : 1;
    for (unsigned at = 0; at < bytes; at += width) {
        uint32_t value = az_virtio_region_read(config, offset + at, width);
        memcpy(out + at, &value, width);
    }
}

void az_virtio_config(struct az_virtio_device *device, unsigned offset, void *out, size_t bytes)
{
    memset(out, 0, bytes);
    if (offset > device->config.bytes || bytes > device->config.bytes - offset)
        return;
    for (unsigned tries = 0; tries < GENERATION_TRIES_MAX; tries++) {
        uint32_t before = az_virtio_read(device, AZ_VIRTIO_CONFIG_GENERATION);
        read_config(&device->config, offset, out, bytes);
        if (az_virtio_read(device, AZ_VIRTIO_CONFIG_GENERATION) == before)
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

int az_virtio_irq(struct az_virtio_device *device, az_irq_handler *handler, void *arg)
{
    AZ_ASSERT(!device->queues);
    device->handler = handler;
    device->handler_arg = arg;
    return device->transport->connect(device);
}
