/*
 * The driver over real queues and buffers, against a device that does whatever a string of bytes says: answers with any id, length and
 * index, writes anything into the buffers it was offered, changes its configuration. Whatever it does, a frame given to the stack lies
 * inside its buffer and in nobody else's hands, and buffers neither leak nor come back twice. For the test and for the fuzzer.
 */
#ifndef HOSTILE_NET_H
#define HOSTILE_NET_H

#define CONFIG_NET_NETBUF_PERCENT 50
#define CONFIG_NET_NETBUF_KEEP 8

#include "../../../bus/virtio/test/device-model.h"

#include "../../../bus/virtio/src/create.c"
#include "../../../bus/virtio/src/device.c"
#include "../../../bus/virtio/src/region.c"
#include "../../../bus/virtio/src/virtqueue.c"
#include "../../../net/netbuf/src/netbuf.c"
#include "../src/interrupt.c"
#define read_config net_read_config
#include "../src/probe.c"
#undef read_config
#include "../src/receive.c"
#include "../src/send.c"

static uint64_t net_free_pages = 1024;
void az_pages_stats(struct az_pages_stats *out)
{
    *out = (struct az_pages_stats){.total = 1024, .free = net_free_pages};
}

static struct az_netdev *net_registered;
static unsigned net_writable, net_link_changes;
static void writable(struct az_netdev *netdev, unsigned queue)
{
    (void)netdev, (void)queue;
    net_writable++;
}
static void link_changed(struct az_netdev *netdev)
{
    (void)netdev;
    net_link_changes++;
}
void az_netdev_register(struct az_netdev *netdev)
{
    netdev->writable = writable;
    netdev->link_changed = link_changed;
    net_registered = netdev;
}

static struct az_virtio_device net_device;
static int net_connect(struct az_virtio_device *device)
{
    (void)device;
    return 0;
}

#define NET_QUEUE_ENTRIES 16u
#define NET_FEATURES (FEATURE_CHECKSUM_OUT | FEATURE_CHECKSUM_IN | FEATURE_MTU | FEATURE_MAC | FEATURE_SEGMENT_TCP4 | FEATURE_STATUS)

/* Brings the driver up on a device with `features`. Returns what the probe says. */
static int net_start(uint64_t features)
{
    static const uint8_t config[16] = {2, 0, 0, 0, 0, 9, 1, 0, 1, 0, 0xdc, 0x05};
    memset(&model, 0, sizeof model);
    model.offered = UINT64_C(1) << AZ_VIRTIO_F_VERSION_1 | features;
    model.queue[0].size = model.queue[1].size = NET_QUEUE_ENTRIES;
    memcpy(model.config, config, sizeof config);
    model_transport.connect = net_connect;
    net_device = (struct az_virtio_device){
        .transport = &model_transport,
        .registers = {.port = MODEL_COMMON, .bytes = MODEL_COMMON_BYTES},
        .notify = {.port = MODEL_NOTIFY, .bytes = 64},
        .config = {.port = MODEL_CONFIG, .bytes = sizeof model.config},
        .notify_multiplier = 4,
        .queue_vector = AZ_VIRTIO_NO_VECTOR,
    };
    net_registered = NULL;
    net_writable = net_link_changes = 0;
    return az_virtio_net_probe(&net_device);
}

/* Takes the machine away: the device, and what the driver has in its rings. */
static void net_end(void)
{
    struct virtio_net *net = (struct virtio_net *)net_registered;
    struct az_virtqueue *rings[] = {net->receive, net->send};
    for (unsigned r = 0; r < 2; r++)
        for (unsigned id = 0; id < rings[r]->fresh; id++) {
            void *token = rings[r]->slots[id].token;
            if (token)
                az_netbuf_unref(r == 0 ? token : ((struct virtio_net_send *)token)->frame);
        }
    virtio_net_send_destroy(net);
    virtio_reset(&net_device);
    az_heap_free(net, sizeof *net);
    struct az_netbuf_stats stats;
    az_netbuf_stats(&stats);
    model_check(stats.live == 0, "no buffer leaks");
    while (netbuf_pool.free) { /* the pool keeps some pages: a run begins with none */
        struct az_netbuf *half = netbuf_pool.free, *other = (void *)((uintptr_t)half ^ SLOT_BYTES);
        netbuf_free_remove(half);
        netbuf_free_remove(other);
        netbuf_pool.total -= 2;
        az_pages_free((az_phys){(uintptr_t)half & ~(uintptr_t)(AZ_PAGE_BYTES - 1)}, 0);
    }
    model_check(model_allocations == 0, "no memory leaks");
}

static struct virtq_used *net_used(unsigned q)
{
    return (void *)(uintptr_t)model.queue[q].device;
}

/* A frame of `bytes` bytes in up to three fragments. */
static struct az_netbuf *net_frame(unsigned bytes, unsigned fragments)
{
    struct az_netbuf *first = NULL, **end = &first;
    for (unsigned i = 0; i <= fragments; i++) {
        struct az_netbuf *part = az_netbuf_alloc(bytes);
        if (!part)
            break;
        part->length = bytes;
        memset(part->data, (int)i + 1, bytes);
        *end = part;
        end = &part->fragment;
    }
    return first;
}

#define HELD_MAX 32u
static struct az_netbuf *net_held[HELD_MAX]; /* given to the stack */
static unsigned net_held_count;

static void hostile_receive(unsigned count)
{
    struct az_netbuf *frames[8];
    count = count % AZ_ARRAY_LENGTH(frames) + 1;
    unsigned taken = virtio_net_receive(net_registered, 0, frames, count);
    model_check(taken <= count, "no more frames than asked for");
    for (unsigned i = 0; i < taken; i++) {
        struct az_netbuf *frame = frames[i];
        model_check(frame->references == 1 && !frame->fragment, "a frame of its own");
        model_check(frame->length >= ETHERNET_HEADER_BYTES && frame->length <= FRAME_BYTES_MAX, "a frame's length");
        model_check(frame->data >= frame->head && frame->length <= frame->capacity - (size_t)(frame->data - frame->head),
                    "a frame inside its buffer");
        for (unsigned j = 0; j < net_held_count; j++)
            model_check(net_held[j] != frame, "a frame that nobody has");
        const struct virtio_net *net = (void *)net_registered;
        for (unsigned id = 0; id < net->receive->fresh; id++)
            model_check(net->receive->slots[id].token != frame, "a frame that is no longer in the ring");
        memset(frame->data, 0x11, frame->length);
        if (net_held_count < HELD_MAX)
            net_held[net_held_count++] = frame;
        else
            az_netbuf_unref(frame);
    }
}

static void hostile_send(uint8_t shape)
{
    struct az_netbuf *frame = net_frame(shape % 100, shape % 4);
    if (!frame)
        return;
    frame->flags = shape & 8 ? AZ_NETBUF_CHECKSUM : 0;
    if (virtio_net_send(net_registered, 0, &frame, 1) == 0)
        az_netbuf_unref(frame);
}

static void hostile_net_run(const uint8_t *data, size_t bytes)
{
    if (bytes == 0 || net_start(NET_FEATURES & data[0]) != 0)
        return;
    net_held_count = 0;
    for (size_t at = 1; at + 2 < bytes; at += 3) {
        uint8_t a = data[at + 1], b = data[at + 2];
        unsigned q = a & 1;
        switch (data[at] % 10) {
        case 0:
            hostile_receive(a);
            break;
        case 1:
            hostile_send(a);
            break;
        case 2:
            if (net_held_count)
                az_netbuf_unref(net_held[--net_held_count]);
            break;
        case 3:
            (void)net_registered->ops->arm(net_registered, 0, a & 1);
            break;
        case 4: /* a length that may be right */
            net_used(q)->ring[a / 2 % NET_QUEUE_ENTRIES] = (struct virtq_used_element){b % NET_QUEUE_ENTRIES, a * 7u};
            break;
        case 5:
            net_used(q)->ring[a / 2 % NET_QUEUE_ENTRIES] =
                (struct virtq_used_element){(uint32_t)b << 24 | b, UINT32_MAX - a};
            break;
        case 6:
            net_used(q)->index = (uint16_t)(net_used(q)->index + b % 4);
            break;
        case 7:
            net_used(q)->index = (uint16_t)(a << 8 | b);
            break;
        case 8: { /* writes where it was told that it may */
            const struct virtq_descriptor *d = (void *)(uintptr_t)model.queue[0].descriptors;
            const struct virtio_net *net = (void *)net_registered;
            unsigned id = a % NET_QUEUE_ENTRIES;
            if (id < net->receive->fresh && net->receive->slots[id].token)
                memset((void *)(uintptr_t)d[id].address, b, d[id].bytes);
            break;
        }
        default:
            model.config[a % sizeof model.config] = b;
            net_device.config_changed = true;
            break;
        }
    }
    while (net_held_count)
        az_netbuf_unref(net_held[--net_held_count]);
    net_end();
}

#endif
