/* Interrupts of a device: acknowledge, flag, tell the driver. */
#include "device.h"

#define ISR_QUEUES 1u
#define ISR_CONFIG 2u

/* The pin is shared: reading the status acknowledges, and tells whether it was ours. */
void virtio_pin_interrupted(void *arg)
{
    struct az_virtio_device *device = arg;
    uint8_t status = region_read8(&device->isr, 0);
    if (status & ISR_CONFIG)
        device->config_changed = true;
    if (status & ISR_QUEUES)
        device->handler(device->handler_arg);
}

void virtio_queues_interrupted(void *arg)
{
    const struct az_virtio_device *device = arg;
    device->handler(device->handler_arg);
}

void virtio_config_interrupted(void *arg)
{
    struct az_virtio_device *device = arg;
    device->config_changed = true;
}
