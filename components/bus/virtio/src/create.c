/* Making and freeing virtqueues: virtio 1.2, sections 2.7 (layout), 4.1.5.1.3 and 4.2.3.2 (telling the device). */
#include <errno.h>

#include <az/heap.h>
#include <az/pages.h>
#include <az/phys.h>

#include "virtqueue.h"

#define SIZE_MAX_ENTRIES 32768u

/* Offsets of the three parts in one piece of memory. */
struct layout {
    size_t available, used, bytes;
};

static struct layout layout_of(unsigned size)
{
    struct layout layout;
    layout.available = size * sizeof(struct virtq_descriptor);
    size_t available_end = layout.available + sizeof(struct virtq_available) + size * 2 + 2;
    layout.used = AZ_ROUND_UP(available_end, (size_t)4);
    layout.bytes = layout.used + sizeof(struct virtq_used) +
                   size * sizeof(struct virtq_used_element) + 2;
    return layout;
}

static unsigned order_of(size_t bytes)
{
    unsigned order = 0;
    while (((size_t)AZ_PAGE_BYTES << order) < bytes)
        order++;
    return order;
}

/* `low` is followed by the register of the upper half. */
static void write_address(const struct az_virtio_device *device, enum az_virtio_register low,
                          az_phys address)
{
    az_virtio_write(device, low, (uint32_t)address.value);
    az_virtio_write(device, low + 1, (uint32_t)(address.value >> 32));
}

/* Takes the queue's memory and lays it out. */
static int allocate(struct az_virtqueue *queue)
{
    struct layout layout = layout_of(queue->size);
    queue->order = order_of(layout.bytes);
    queue->slots = az_heap_alloc(queue->size * sizeof *queue->slots);
    if (!queue->slots)
        return -ENOMEM;
    int error = az_pages_alloc(queue->order, AZ_NODE_ANY, AZ_PAGES_NO_LIMIT, &queue->memory);
    if (error) {
        az_heap_free(queue->slots, queue->size * sizeof *queue->slots);
        return error;
    }
    uint8_t *memory = az_phys_pointer(queue->memory);
    queue->descriptors = (void *)memory;
    queue->available = (void *)(memory + layout.available);
    queue->used = (void *)(memory + layout.used);
    queue->available->flags = AVAILABLE_NO_INTERRUPT;
    queue->available->index = 0;
    queue->used->flags = 0;
    queue->used->index = 0;
    return 0;
}

/* Tells the device, the queue being selected. Errors: -EIO. */
static int hand_over(struct az_virtqueue *queue)
{
    const struct az_virtio_device *device = queue->device;
    struct layout layout = layout_of(queue->size);
    queue->notify_offset =
        az_virtio_read(device, AZ_VIRTIO_QUEUE_NOTIFY_OFFSET) * device->notify_multiplier;
    if (queue->notify_offset > device->notify.bytes - device->transport->notify_bytes)
        return -EIO;
    uint16_t vector = device->queue_vector;
    az_virtio_write(device, AZ_VIRTIO_QUEUE_SIZE, queue->size);
    if (vector != AZ_VIRTIO_NO_VECTOR) {
        az_virtio_write(device, AZ_VIRTIO_QUEUE_VECTOR, vector);
        if (az_virtio_read(device, AZ_VIRTIO_QUEUE_VECTOR) != vector)
            return -EIO;
    }
    write_address(device, AZ_VIRTIO_QUEUE_DESCRIPTORS, queue->memory);
    write_address(device, AZ_VIRTIO_QUEUE_DRIVER, az_phys_add(queue->memory, layout.available));
    write_address(device, AZ_VIRTIO_QUEUE_DEVICE, az_phys_add(queue->memory, layout.used));
    az_virtio_write(device, AZ_VIRTIO_QUEUE_ENABLE, 1);
    return 0;
}

int az_virtqueue_create(struct az_virtio_device *device, unsigned index, unsigned size_max,
                        struct az_virtqueue **out)
{
    AZ_ASSERT(size_max && (size_max & (size_max - 1)) == 0);
    az_virtio_write(device, AZ_VIRTIO_QUEUE_SELECT, index);
    unsigned offered = az_virtio_read(device, AZ_VIRTIO_QUEUE_SIZE_MAX);
    if (offered == 0 || offered > SIZE_MAX_ENTRIES || (offered & (offered - 1)))
        return -ENOENT;
    struct az_virtqueue *queue = az_heap_zalloc(sizeof *queue);
    if (!queue)
        return -ENOMEM;
    queue->device = device;
    queue->index = (uint16_t)index;
    queue->size = (uint16_t)AZ_MIN(offered, size_max);
    queue->room = queue->size;
    int error = allocate(queue);
    if (error) {
        az_heap_free(queue, sizeof *queue);
        return error;
    }
    queue->next = device->queues;
    device->queues = queue;
    error = hand_over(queue);
    if (error) {
        virtqueue_free(queue);
        return error;
    }
    *out = queue;
    return 0;
}

void virtqueue_free(struct az_virtqueue *queue)
{
    struct az_virtqueue **link = &queue->device->queues;
    while (*link != queue)
        link = &(*link)->next;
    *link = queue->next;
    az_pages_free(queue->memory, queue->order);
    az_heap_free(queue->slots, queue->size * sizeof *queue->slots);
    az_heap_free(queue, sizeof *queue);
}
