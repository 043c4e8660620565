/*
 * A virtqueue against a device that does whatever a string of bytes says: writes any id, length and index into the used ring,
 * answers twice, early or never. Whatever it does, tokens come back at most once, never with more bytes than were offered, and
 * descriptors are neither lost nor handed out twice. For the test with random strings, and for the fuzzer.
 */
#ifndef HOSTILE_QUEUE_H
#define HOSTILE_QUEUE_H

#include "device-model.h"

#include "../src/create.c"
#include "../src/device.c"
#include "../src/region.c"
#include "../src/virtqueue.c"

#define HOSTILE_SIZE 8u
#define HOSTILE_TOKENS 16u

static struct hostile_token {
    bool in_flight;
    unsigned descriptors;
    uint32_t writable;
} hostile_tokens[HOSTILE_TOKENS];

static unsigned hostile_in_flight(void)
{
    unsigned descriptors = 0;
    for (unsigned i = 0; i < HOSTILE_TOKENS; i++)
        if (hostile_tokens[i].in_flight)
            descriptors += hostile_tokens[i].descriptors;
    return descriptors;
}

static void hostile_add(struct az_virtqueue *queue, uint8_t shape)
{
    struct hostile_token *token = NULL;
    for (unsigned i = 0; i < HOSTILE_TOKENS && !token; i++)
        if (!hostile_tokens[i].in_flight)
            token = &hostile_tokens[i];
    if (!token)
        return;
    struct az_virtio_segment segments[4];
    unsigned count = shape % 4 + 1u;
    uint32_t writable = 0;
    for (unsigned i = 0; i < count; i++) {
        segments[i] = (struct az_virtio_segment){az_phys_of(0x1000), shape, shape >> (2 + i) & 1};
        writable += segments[i].device_writes ? shape : 0u;
    }
    unsigned room = az_virtqueue_room(queue);
    int error = az_virtqueue_add(queue, segments, count, token);
    model_check(error == (room < count ? -ENOSPC : 0), "add says what room says");
    if (!error)
        *token = (struct hostile_token){true, count, writable};
}

static void hostile_take(struct az_virtqueue *queue)
{
    uint32_t bytes = 0;
    struct hostile_token *token = az_virtqueue_take(queue, &bytes);
    if (!token)
        return;
    model_check(token >= hostile_tokens && token < hostile_tokens + HOSTILE_TOKENS, "a token that was given");
    model_check(token->in_flight, "a token that is in flight");
    model_check(bytes <= token->writable, "no more bytes than offered");
    token->in_flight = false;
}

static void hostile_run(const uint8_t *data, size_t bytes)
{
    memset(&model, 0, sizeof model);
    memset(hostile_tokens, 0, sizeof hostile_tokens);
    model.queue[0].size = 256;
    struct az_virtio_device device = {
        .transport = &model_transport,
        .registers = {.port = MODEL_COMMON, .bytes = MODEL_COMMON_BYTES},
        .notify = {.port = MODEL_NOTIFY, .bytes = 64},
        .notify_multiplier = 4,
        .queue_vector = AZ_VIRTIO_NO_VECTOR,
    };
    struct az_virtqueue *queue;
    model_check(az_virtqueue_create(&device, 0, HOSTILE_SIZE, &queue) == 0, "the queue is made");
    struct virtq_used *used = (void *)(uintptr_t)model.queue[0].device;
    for (size_t at = 0; at + 2 < bytes; at += 3) {
        uint8_t a = data[at + 1], b = data[at + 2];
        switch (data[at] % 8) {
        case 0:
            hostile_add(queue, a);
            break;
        case 1:
            hostile_take(queue);
            break;
        case 2:
            az_virtqueue_kick(queue);
            break;
        case 3:
            (void)az_virtqueue_arm(queue, a & 1);
            break;
        case 4:
            used->ring[a % HOSTILE_SIZE] = (struct virtq_used_element){b % 16, a};
            break;
        case 5:
            used->ring[a % HOSTILE_SIZE] = (struct virtq_used_element){(uint32_t)b << 24 | b, UINT32_MAX - a};
            break;
        case 6:
            used->index = (uint16_t)(used->index + a % 3);
            break;
        default:
            used->index = (uint16_t)(a << 8 | b);
            used->flags = b;
            break;
        }
        model_check(az_virtqueue_room(queue) + hostile_in_flight() == HOSTILE_SIZE, "no descriptor is lost");
    }
    virtqueue_free(queue);
    model_check(model_allocations == 0, "nothing leaks");
}

#endif
