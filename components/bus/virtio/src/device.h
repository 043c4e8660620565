/* What the files of bus/virtio share. */
#ifndef DEVICE_H
#define DEVICE_H

#include <az/virtio_transport.h>

/* Stops the device and frees its queues. */
void virtio_reset(struct az_virtio_device *device);
/* Frees a queue that the device no longer uses. */
void virtqueue_free(struct az_virtqueue *queue);

#endif
