/* An interrupt: acknowledge, flag, tell the driver. Virtio 1.2, section 4.2.2. */
#include "virtio-mmio.h"

#define STATUS_QUEUES 1u
#define STATUS_CONFIG 2u

#define ROUNDS_MAX 8u

/*
 * The wire stays up until every bit is acknowledged, and an edge that never falls never rises again: so until none is left. A
 * device that sets them for ever is left alone after some rounds.
 */
void virtio_mmio_interrupted(void *arg)
{
    struct az_virtio_device *device = arg;
    uint32_t status;
    for (unsigned i = 0; i < ROUNDS_MAX; i++) {
        status = az_virtio_region_read(&device->registers, MMIO_INTERRUPT_STATUS, 4);
        if (status == 0)
            return;
        az_virtio_region_write(&device->registers, MMIO_INTERRUPT_ACKNOWLEDGE, 4, status);
        if (status & STATUS_CONFIG)
            device->config_changed = true;
        if (status & STATUS_QUEUES)
            device->handler(device->handler_arg);
    }
}
