/* Interrupts of a device: acknowledge, flag, tell the driver. */
#include "virtio-pci.h"

#define ISR_QUEUES 1u
#define ISR_CONFIG 2u

/* The pin is shared: reading the status acknowledges, and tells whether it was ours. */
void virtio_pin_interrupted(void *arg)
{
    struct virtio_pci *function = arg;
    struct az_virtio_device *device = &function->device;
    uint32_t status = az_virtio_region_read(&function->isr, 0, 1);
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
