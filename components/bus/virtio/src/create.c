/* Making and freeing virtqueues: virtio 1.2, sections 2.7 (layout) and 4.1.5.1.3 (PCI). */
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

static void write_address(const struct virtio_region *common, enum virtio_common field,
                          az_phys address)
{
    region_write32(common, field, (uint32_t)address.value);
    region_write32(common, field + 4u, (uint32_t)(address.value >> 32));
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
    const struct virtio_region *common = &queue->device->common;
    struct layout layout = layout_of(queue->size);
    queue->notify_offset = region_read16(common, COMMON_QUEUE_NOTIFY_OFF) *
                           queue->device->notify_multiplier;
    if (queue->notify_offset > queue->device->notify.bytes - 2u)
        return -EIO;
    uint16_t vector = queue->device->queue_vector;
    region_write16(common, COMMON_QUEUE_SIZE, queue->size);
    if (vector != VIRTIO_NO_VECTOR) {
        region_write16(common, COMMON_QUEUE_MSIX_VECTOR, vector);
        if (region_read16(common, COMMON_QUEUE_MSIX_VECTOR) != vector)
            return -EIO;
    }
    write_address(common, COMMON_QUEUE_DESCRIPTORS, queue->memory);
    write_address(common, COMMON_QUEUE_DRIVER, az_phys_add(queue->memory, layout.available));
    write_address(common, COMMON_QUEUE_DEVICE, az_phys_add(queue->memory, layout.used));
    region_write16(common, COMMON_QUEUE_ENABLE, 1);
    return 0;
}

int az_virtqueue_create(struct az_virtio_device *device, unsigned index, unsigned size_max,
                        struct az_virtqueue **out)
{
    AZ_ASSERT(size_max && (size_max & (size_max - 1)) == 0);
    region_write16(&device->common, COMMON_QUEUE_SELECT, (uint16_t)index);
    unsigned offered = region_read16(&device->common, COMMON_QUEUE_SIZE);
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
