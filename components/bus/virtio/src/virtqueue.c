/*
 * Using a virtqueue. The device writes the used ring and nothing else that is read here; each word of it is read once and
 * checked against `slots` before it means anything. On x86 stores are seen in order, so the only fence needed is the
 * one between writing an index or flag and then reading the other side's: virtio 1.2, section 2.7.13.
 */
#include "virtqueue.h"

#include <errno.h>

#define COMPILER_BARRIER() __asm__ volatile("" ::: "memory")
#define STORE_LOAD_BARRIER() __sync_synchronize()

unsigned az_virtqueue_size(const struct az_virtqueue *queue)
{
    return queue->size;
}

unsigned az_virtqueue_room(const struct az_virtqueue *queue)
{
    return queue->room;
}

uint64_t az_virtqueue_violations(const struct az_virtqueue *queue)
{
    return queue->violations;
}

static uint16_t take_descriptor(struct az_virtqueue *queue)
{
    unsigned listed = queue->room - (unsigned)(queue->size - queue->fresh);
    queue->room--;
    if (listed == 0)
        return queue->fresh++;
    uint16_t id = queue->free_first;
    queue->free_first = queue->slots[id].next;
    return id;
}

int az_virtqueue_add(struct az_virtqueue *queue, const struct az_virtio_segment *segments,
                     unsigned count, void *token)
{
    AZ_ASSERT(count > 0 && token);
    if (count > queue->room)
        return -ENOSPC;
    uint16_t head = take_descriptor(queue), id = head;
    uint32_t writable = 0;
    for (unsigned i = 0; i < count; i++) {
        const struct az_virtio_segment *segment = &segments[i];
        volatile struct virtq_descriptor *descriptor = &queue->descriptors[id];
        bool is_last = i + 1 == count;
        uint16_t next = is_last ? 0 : take_descriptor(queue);
        descriptor->address = segment->phys.value;
        descriptor->bytes = segment->bytes;
        descriptor->flags = (uint16_t)((segment->device_writes ? DESCRIPTOR_DEVICE_WRITES : 0u) |
                                       (is_last ? 0u : DESCRIPTOR_NEXT));
        descriptor->next = next;
        if (segment->device_writes)
            writable += segment->bytes;
        queue->slots[id].token = NULL;
        queue->slots[id].next = next;
        id = next;
    }
    queue->slots[head].token = token;
    queue->slots[head].writable = writable;
    queue->slots[head].count = (uint16_t)count;
    queue->in_flight++;

    queue->available->ring[queue->available_index & (queue->size - 1u)] = head;
    COMPILER_BARRIER();
    queue->available->index = ++queue->available_index;
    return 0;
}

void az_virtqueue_kick(struct az_virtqueue *queue)
{
    if (queue->kicked_index == queue->available_index)
        return;
    queue->kicked_index = queue->available_index;
    STORE_LOAD_BARRIER();
    if (!(queue->used->flags & USED_NO_NOTIFY))
        az_virtio_region_write(&queue->device->notify, queue->notify_offset,
                               queue->device->transport->notify_bytes, queue->index);
}

/* Puts the descriptors of a chain at the head of the free list. */
static void free_chain(struct az_virtqueue *queue, uint16_t head)
{
    struct virtqueue_slot *slots = queue->slots;
    uint16_t last = head;
    for (unsigned i = 1; i < slots[head].count; i++)
        last = slots[last].next;
    slots[last].next = queue->free_first;
    queue->free_first = head;
    queue->room = (uint16_t)(queue->room + slots[head].count);
    slots[head].token = NULL;
    queue->in_flight--;
}

void *az_virtqueue_take(struct az_virtqueue *queue, uint32_t *out_bytes)
{
    uint16_t ahead = (uint16_t)(queue->used->index - queue->used_index);
    if (ahead == 0 || queue->broken)
        return NULL;
    if (ahead > queue->in_flight) {
        queue->violations++;
        queue->broken = true;
        return NULL;
    }
    COMPILER_BARRIER();
    for (; ahead > 0; ahead--) {
        const volatile struct virtq_used_element *element =
            &queue->used->ring[queue->used_index & (queue->size - 1u)];
        uint32_t id = element->id, bytes = element->bytes;
        queue->used_index++;
        if (id >= queue->fresh || !queue->slots[id].token) {
            queue->violations++;
            continue;
        }
        struct virtqueue_slot *slot = &queue->slots[id];
        if (bytes > slot->writable) {
            queue->violations++;
            bytes = slot->writable;
        }
        void *token = slot->token;
        free_chain(queue, (uint16_t)id);
        *out_bytes = bytes;
        return token;
    }
    return NULL;
}

bool az_virtqueue_arm(struct az_virtqueue *queue, bool on)
{
    queue->available->flags = on ? 0 : AVAILABLE_NO_INTERRUPT;
    if (!on)
        return true;
    STORE_LOAD_BARRIER();
    return queue->used->index == queue->used_index || queue->broken;
}
