#include "hostile-net.h"

#include <az/test.h>

/* An honest device: its place in each ring. */
static uint16_t answered[2];

static unsigned offered(unsigned q)
{
    const struct virtq_available *available = (void *)(uintptr_t)model.queue[q].driver;
    return (uint16_t)(available->index - answered[q]);
}
/* The descriptor that heads the oldest chain not yet answered. */
static const struct virtq_descriptor *oldest(unsigned q, uint16_t *out_id)
{
    const struct virtq_available *available = (void *)(uintptr_t)model.queue[q].driver;
    *out_id = available->ring[answered[q] % NET_QUEUE_ENTRIES];
    return &((const struct virtq_descriptor *)(uintptr_t)model.queue[q].descriptors)[*out_id];
}
static void answer(unsigned q, uint32_t bytes)
{
    uint16_t id;
    AZ_CHECK(offered(q) > 0);
    (void)oldest(q, &id);
    net_used(q)->ring[net_used(q)->index % NET_QUEUE_ENTRIES] = (struct virtq_used_element){id, bytes};
    net_used(q)->index++;
    answered[q]++;
}
/* Delivers a frame of `bytes` bytes, all `fill`, with `flags` in its header. */
static void deliver(uint8_t fill, uint32_t bytes, uint8_t flags)
{
    uint16_t id;
    const struct virtq_descriptor *d = oldest(0, &id);
    uint8_t *memory = (void *)(uintptr_t)d->address;
    AZ_CHECK(d->flags == DESCRIPTOR_DEVICE_WRITES && d->bytes == sizeof(struct virtio_net_header) + FRAME_BYTES_MAX);
    memset(memory, 0, sizeof(struct virtio_net_header));
    memory[0] = flags;
    memset(memory + sizeof(struct virtio_net_header), fill, bytes);
    answer(0, (uint32_t)sizeof(struct virtio_net_header) + bytes);
}
static void bring_up(uint64_t features)
{
    answered[0] = answered[1] = 0;
    AZ_CHECK_EQ(net_start(features), 0);
    AZ_CHECK(net_registered != NULL);
}
static unsigned receive(struct az_netbuf **out, unsigned count)
{
    return net_registered->ops->receive(net_registered, 0, out, count);
}

AZ_TEST(what_the_device_offers_is_what_the_stack_is_told)
{
    bring_up(NET_FEATURES);
    AZ_CHECK_EQ(model.status, 1 | 2 | 4 | 8);
    AZ_CHECK_EQ(net_registered->offloads, AZ_NETDEV_CHECKSUM_OUT | AZ_NETDEV_CHECKSUM_IN | AZ_NETDEV_SEGMENT_TCP4);
    AZ_CHECK_BYTES(net_registered->mac, "\2\0\0\0\0\x9", 6);
    AZ_CHECK(net_registered->mtu == 1500 && net_registered->link_up && net_registered->queues == 1);
    net_end();
    bring_up(FEATURE_SEGMENT_TCP4); /* not without checksums */
    AZ_CHECK_EQ(net_registered->offloads, 0);
    AZ_CHECK(net_registered->mac[0] & 2); /* one of our own */
    AZ_CHECK(net_registered->link_up);
    net_end();
}

AZ_TEST(an_mtu_that_makes_no_sense_is_not_taken)
{
    static const struct {
        uint16_t told, used;
    } mtus[] = {{1400, 1400}, {68, 68}, {67, 1500}, {0, 1500}, {9000, 1500}};
    for (unsigned i = 0; i < AZ_ARRAY_LENGTH(mtus); i++) {
        bring_up(FEATURE_MTU);
        memcpy(model.config + CONFIG_MTU, &mtus[i].told, 2);
        net_read_config((struct virtio_net *)net_registered, FEATURE_MTU);
        AZ_CHECK_EQ(net_registered->mtu, mtus[i].used);
        net_end();
    }
}

AZ_TEST(received_frames_are_replaced_and_the_ring_stays_full)
{
    struct az_netbuf *frames[4];
    bring_up(FEATURE_CHECKSUM_IN);
    AZ_CHECK(!net_registered->ops->arm(net_registered, 0, true)); /* nothing offered yet: do not sleep */
    AZ_CHECK_EQ(receive(frames, 4), 0);
    AZ_CHECK_EQ(offered(0), NET_QUEUE_ENTRIES);
    AZ_CHECK(net_registered->ops->arm(net_registered, 0, true));
    for (unsigned round = 0; round < 100; round++) {
        deliver((uint8_t)round, 14 + round, HEADER_CHECKSUM_OK);
        deliver((uint8_t)(round + 1), 1514, 0);
        AZ_CHECK(!net_registered->ops->arm(net_registered, 0, true));
        AZ_CHECK_EQ(receive(frames, 4), 2);
        AZ_CHECK(frames[0]->length == 14 + round && frames[0]->data[13] == round);
        AZ_CHECK(frames[0]->flags == AZ_NETBUF_CHECKSUM_OK && frames[1]->flags == 0);
        AZ_CHECK_EQ(frames[1]->length, 1514);
        AZ_CHECK_EQ(offered(0), NET_QUEUE_ENTRIES);
        az_netbuf_unref(frames[0]);
        az_netbuf_unref(frames[1]);
    }
    AZ_CHECK_EQ(net_registered->received, 200);
    net_end();
}

AZ_TEST(what_is_no_frame_goes_back_into_the_ring)
{
    struct az_netbuf *frame;
    bring_up(0);
    AZ_CHECK_EQ(receive(&frame, 1), 0);
    deliver(1, 13, 0);
    answer(0, 0);
    answer(0, 4);
    AZ_CHECK_EQ(receive(&frame, 1), 0);
    AZ_CHECK_EQ(net_registered->dropped, 3);
    AZ_CHECK_EQ(offered(0), NET_QUEUE_ENTRIES);
    answer(0, UINT32_MAX); /* cut to what was offered */
    AZ_CHECK_EQ(receive(&frame, 1), 1);
    AZ_CHECK_EQ(frame->length, FRAME_BYTES_MAX);
    az_netbuf_unref(frame);
    net_end();
}

AZ_TEST(without_memory_frames_are_dropped_and_the_ring_keeps_its_buffers)
{
    struct az_netbuf *frame, *all[2100];
    unsigned count = 0;
    bring_up(0);
    AZ_CHECK_EQ(receive(&frame, 1), 0);
    while (count < AZ_ARRAY_LENGTH(all) && (all[count] = az_netbuf_alloc(100)))
        count++;
    AZ_CHECK(count > 0 && count < AZ_ARRAY_LENGTH(all));
    for (unsigned i = 0; i < 40; i++) {
        deliver(7, 60, 0);
        AZ_CHECK_EQ(receive(&frame, 1), 0);
    }
    AZ_CHECK_EQ(net_registered->dropped, 40);
    AZ_CHECK_EQ(offered(0), NET_QUEUE_ENTRIES);
    while (count)
        az_netbuf_unref(all[--count]);
    deliver(7, 60, 0);
    AZ_CHECK_EQ(receive(&frame, 1), 1);
    az_netbuf_unref(frame);
    net_end();
}

AZ_TEST(a_frame_goes_out_as_header_and_pieces)
{
    bring_up(NET_FEATURES);
    struct az_netbuf *frame = net_frame(50, 1);
    frame->flags = AZ_NETBUF_CHECKSUM | AZ_NETBUF_SEGMENT;
    frame->checksum_start = 34;
    frame->checksum_offset = 16;
    frame->segment_bytes = 1448;
    AZ_CHECK_EQ(net_registered->ops->send(net_registered, 0, &frame, 1), 1);
    AZ_CHECK_EQ(model.notified[1], 1);
    uint16_t id;
    const struct virtq_descriptor *all = (void *)(uintptr_t)model.queue[1].descriptors, *d = oldest(1, &id);
    const struct virtio_net_header *header = (void *)(uintptr_t)d->address;
    AZ_CHECK(d->bytes == sizeof *header && d->flags == DESCRIPTOR_NEXT);
    AZ_CHECK(header->flags == HEADER_NEEDS_CHECKSUM && header->segmentation == SEGMENTATION_TCP4);
    AZ_CHECK(header->checksum_start == 34 && header->checksum_offset == 16);
    AZ_CHECK(header->segment_bytes == 1448 && header->header_bytes == 50);
    d = &all[d->next];
    AZ_CHECK(d->bytes == 50 && *(uint8_t *)(uintptr_t)d->address == 1 && d->flags == DESCRIPTOR_NEXT);
    d = &all[d->next];
    AZ_CHECK(d->bytes == 50 && *(uint8_t *)(uintptr_t)d->address == 2 && d->flags == 0);
    answer(1, 0);
    AZ_CHECK_EQ(receive(&frame, 1), 0); /* gives sent frames back */
    struct az_netbuf_stats stats;
    az_netbuf_stats(&stats);
    AZ_CHECK_EQ(stats.live, NET_QUEUE_ENTRIES); /* those of the receive ring */
    net_end();
}

AZ_TEST(a_full_ring_turns_senders_away_and_calls_them_back)
{
    struct az_netbuf *frames[12], *none;
    bring_up(0);
    for (unsigned i = 0; i < AZ_ARRAY_LENGTH(frames); i++)
        frames[i] = net_frame(60, 0);
    AZ_CHECK_EQ(net_registered->ops->send(net_registered, 0, frames, 12), NET_QUEUE_ENTRIES / 2);
    AZ_CHECK_EQ(net_registered->ops->send(net_registered, 0, frames + 8, 4), 0);
    AZ_CHECK_EQ(net_writable, 0);
    answer(1, 0);
    AZ_CHECK_EQ(receive(&none, 1), 0);
    AZ_CHECK_EQ(net_writable, 1);
    AZ_CHECK_EQ(net_registered->ops->send(net_registered, 0, frames + 8, 4), 1);
    for (unsigned i = 9; i < 12; i++)
        az_netbuf_unref(frames[i]);
    struct az_netbuf *many = net_frame(4, FRAGMENTS_MAX); /* more pieces than any ring takes, and an empty one */
    struct az_netbuf *empty = net_frame(0, 0);
    uint64_t dropped = net_registered->dropped;
    AZ_CHECK_EQ(net_registered->ops->send(net_registered, 0, &many, 1), 1);
    AZ_CHECK_EQ(net_registered->ops->send(net_registered, 0, &empty, 1), 1);
    AZ_CHECK_EQ(net_registered->dropped, dropped + 2);
    net_end();
}

AZ_TEST(the_link_is_followed)
{
    struct az_netbuf *none;
    bring_up(FEATURE_STATUS);
    AZ_CHECK(net_registered->link_up);
    model.config[CONFIG_STATUS] = 0;
    AZ_CHECK_EQ(receive(&none, 1), 0);
    AZ_CHECK(net_registered->link_up); /* nobody has said so yet */
    net_device.config_changed = true;
    AZ_CHECK_EQ(receive(&none, 1), 0);
    AZ_CHECK(!net_registered->link_up && net_link_changes == 1);
    model.config[CONFIG_STATUS] = CONFIG_STATUS_LINK_UP;
    net_device.config_changed = true;
    AZ_CHECK_EQ(receive(&none, 1), 0);
    AZ_CHECK(net_registered->link_up && net_link_changes == 2);
    net_end();
}

AZ_TEST(a_probe_that_fails_leaves_nothing)
{
    memset(&model, 0, sizeof model);
    model_no_pages = true;
    AZ_CHECK_EQ(net_start(0), -ENOMEM);
    model_no_pages = false;
    AZ_CHECK(model.status & 128);
    AZ_CHECK(net_registered == NULL);
    virtio_reset(&net_device);
    AZ_CHECK_EQ(model_allocations, 0);
    net_free_pages = 8; /* little memory: small rings */
    bring_up(0);
    AZ_CHECK_EQ(az_virtqueue_size(((struct virtio_net *)net_registered)->receive), RING_MIN);
    net_free_pages = 1024;
    net_end();
}

AZ_TEST(a_device_that_does_anything_breaks_nothing)
{
    static uint8_t data[900];
    uint32_t state = 99;
    for (unsigned run = 0; run < 2000; run++) {
        for (unsigned i = 0; i < sizeof data; i++) {
            state = state * 1664525 + 1013904223;
            data[i] = (uint8_t)(state >> 24);
        }
        for (unsigned i = 1; i < sizeof data; i += 3)
            if (data[i] % 10 == 7 && run % 4) /* wild indices end a queue's use early: not in each run */
                data[i] = 0;
        hostile_net_run(data, sizeof data);
    }
}
