/* From a device that a transport has found to its driver. */
#include "device.h"

static bool has_devices;

const struct az_virtio_driver *az_virtio_driver(unsigned type)
{
    for (const struct az_virtio_driver *driver = az_virtio_drivers; driver->probe; driver++)
        if (driver->type == type)
            return driver;
    return NULL;
}

int az_virtio_probe(const struct az_virtio_driver *driver, struct az_virtio_device *device)
{
    device->queue_vector = AZ_VIRTIO_NO_VECTOR;
    int error = driver->probe(device);
    if (error)
        virtio_reset(device);
    else
        has_devices = true;
    return error;
}

bool az_virtio_has_devices(void)
{
    return has_devices;
}
