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
    for (unsigned i = send_records(net); i-- > 0;) {
        net->sends[i].next = net->sends_free;
        net->sends_free = &net->sends[i];
    }
    return 0;
}

void virtio_net_send_destroy(struct virtio_net *net)
{
    if (net->sends)
        az_pages_free(net->sends_phys, records_order(net));
}

void virtio_net_reap(struct virtio_net *net)
{
    bool reaped = false;
    uint32_t bytes;
    struct virtio_net_send *record;
    while ((record = az_virtqueue_take(net->send, &bytes))) {
        az_netbuf_unref(record->frame);
        record->next = net->sends_free;
        net->sends_free = record;
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

/* Offers one frame. Errors: -ENOSPC: the ring is full; -E2BIG: more fragments than any ring takes. */
static int send_one(struct virtio_net *net, struct az_netbuf *frame)
{
    struct virtio_net_send *record = net->sends_free;
    if (!record)
        return -ENOSPC;
    struct az_virtio_segment segments[1 + FRAGMENTS_MAX];
    unsigned count = 1;
    segments[0] = (struct az_virtio_segment){
        .phys = az_phys_add(net->sends_phys, (uint64_t)((char *)&record->header - (char *)net->sends)),
        .bytes = sizeof record->header,
    };
    for (const struct az_netbuf *part = frame; part; part = part->fragment) {
        if (part->length == 0)
            continue;
        if (count == AZ_ARRAY_LENGTH(segments))
            return -E2BIG;
        segments[count++] = (struct az_virtio_segment){
            .phys = az_phys_add(part->phys, (uint64_t)(part->data - part->head)),
            .bytes = part->length,
        };
    }
    fill_header(&record->header, frame);
    int error = az_virtqueue_add(net->send, segments, count, record);
    if (error)
        return error;
    record->frame = frame;
    net->sends_free = record->next;
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
