/* Sending: the header comes from a record of ours, the frame from where it lies. */
#include "net.h"

#include <errno.h>

#include <az/heap.h>
#include <az/pages.h>
#include <az/phys.h>

#define FRAGMENTS_MAX 20u /* 64 KiB of pages, the header, and some */

static unsigned send_records(const struct virtio_net *net)
{
    return az_virtqueue_size(net->send) / 2; /* two descriptors at least */
}

static unsigned records_order(const struct virtio_net *net)
{
    unsigned order = 0;
    while (((size_t)AZ_PAGE_BYTES << order) < send_records(net) * sizeof(struct virtio_net_send))
        order++;
    return order;
}

int virtio_net_send_create(struct virtio_net *net)
{
    int error = az_pages_alloc(records_order(net), AZ_NODE_ANY, AZ_PAGES_NO_LIMIT, &net->sends_phys);
    if (error)
        return error;
    net->sends = az_phys_pointer(net->sends_phys);
    return 0;
}

void virtio_net_send_destroy(struct virtio_net *net)
{
    if (net->sends)
        az_pages_free(net->sends_phys, records_order(net));
}

/* A record that no frame has: one that came back, else one that was never used. NULL: all are in flight. */
static struct virtio_net_send *take_record(struct virtio_net *net)
{
    struct virtio_net_send *record = net->sends_free;
    if (record)
        net->sends_free = record->next;
    else if (net->sends_fresh < send_records(net))
        record = &net->sends[net->sends_fresh++];
    return record;
}

static void give_record(struct virtio_net *net, struct virtio_net_send *record)
{
    record->next = net->sends_free;
    net->sends_free = record;
}

void virtio_net_reap(struct virtio_net *net)
{
    bool reaped = false;
    uint32_t bytes;
    struct virtio_net_send *record;
    while ((record = az_virtqueue_take(net->send, &bytes))) {
        az_netbuf_unref(record->frame);
        give_record(net, record);
        reaped = true;
    }
    if (reaped && net->is_blocked) {
        net->is_blocked = false;
        if (net->netdev.writable)
            net->netdev.writable(&net->netdev, 0);
    }
}

static void fill_header(struct virtio_net_header *header, const struct az_netbuf *frame)
{
    *header = (struct virtio_net_header){0};
    if (frame->flags & AZ_NETBUF_CHECKSUM) {
        header->flags = HEADER_NEEDS_CHECKSUM;
        header->checksum_start = frame->checksum_start;
        header->checksum_offset = frame->checksum_offset;
    }
    if (frame->flags & AZ_NETBUF_SEGMENT) {
        header->segmentation = SEGMENTATION_TCP4;
        header->segment_bytes = frame->segment_bytes;
        header->header_bytes = (uint16_t)frame->length;
    }
}

/* The pieces of `frame`, after the header. Returns how many; 0: more than any ring takes. */
static unsigned gather(const struct az_netbuf *frame, struct az_virtio_segment out[FRAGMENTS_MAX])
{
    unsigned count = 0;
    for (const struct az_netbuf *part = frame; part; part = part->fragment) {
        if (part->length == 0)
            continue;
        if (count == FRAGMENTS_MAX)
            return 0;
        out[count++] = (struct az_virtio_segment){
            .phys = az_phys_add(part->phys, (uint64_t)(part->data - part->head)),
            .bytes = part->length,
        };
    }
    return count;
}

/* Offers one frame. Errors: -ENOSPC: the ring is full; -E2BIG: it never takes this one. */
static int send_one(struct virtio_net *net, struct az_netbuf *frame)
{
    struct az_virtio_segment segments[1 + FRAGMENTS_MAX];
    unsigned count = gather(frame, segments + 1);
    if (count == 0 || 1 + count > az_virtqueue_size(net->send))
        return -E2BIG;
    struct virtio_net_send *record = take_record(net);
    if (!record)
        return -ENOSPC;
    fill_header(&record->header, frame);
    segments[0] = (struct az_virtio_segment){
        .phys = az_phys_add(net->sends_phys, (uint64_t)((char *)&record->header - (char *)net->sends)),
        .bytes = sizeof record->header,
    };
    int error = az_virtqueue_add(net->send, segments, 1 + count, record);
    if (error) {
        give_record(net, record);
        return error;
    }
    record->frame = frame;
    return 0;
}

unsigned virtio_net_send(struct az_netdev *netdev, unsigned queue, struct az_netbuf **frames,
                         unsigned count)
{
    (void)queue;
    struct virtio_net *net = (struct virtio_net *)netdev;
    virtio_net_reap(net);
    unsigned taken = 0;
    for (; taken < count; taken++) {
        int error = send_one(net, frames[taken]);
        if (error == -ENOSPC) {
            net->is_blocked = true;
            break;
        }
        if (error) {
            netdev->dropped++;
            az_netbuf_unref(frames[taken]);
        } else {
            netdev->sent++;
        }
    }
    az_virtqueue_kick(net->send);
    return taken;
}
