/* Receiving: every buffer taken from the ring is replaced by a fresh one, or goes back itself. */
#include "net.h"

/*
 * Offers a buffer to the device, the header in its headroom. The ring has room for it: each buffer takes the place of one
 * that was taken, or the ring is being filled.
 */
static bool offer(struct virtio_net *net, struct az_netbuf *buffer)
{
    uint32_t start = (uint32_t)(buffer->data - buffer->head) - sizeof(struct virtio_net_header);
    struct az_virtio_segment segment = {
        .phys = az_phys_add(buffer->phys, start),
        .bytes = sizeof(struct virtio_net_header) + FRAME_BYTES_MAX,
        .device_writes = true,
    };
    return az_virtqueue_add(net->receive, &segment, 1, buffer) == 0;
}

static struct az_netbuf *new_buffer(void)
{
    return az_netbuf_alloc(FRAME_BYTES_MAX);
}

/* Fills the ring as far as memory goes; one buffer is enough to go on, and the next call tries again. */
static void fill(struct virtio_net *net)
{
    while (az_virtqueue_room(net->receive)) {
        struct az_netbuf *buffer = new_buffer();
        if (!buffer)
            break;
        if (!offer(net, buffer)) {
            az_netbuf_unref(buffer);
            break;
        }
        net->is_filled = true;
    }
    az_virtqueue_kick(net->receive);
}

/* False when the device wrote something that is no frame. */
static bool accept(struct az_netbuf *buffer, uint32_t bytes)
{
    if (bytes < sizeof(struct virtio_net_header) + ETHERNET_HEADER_BYTES)
        return false;
    const struct virtio_net_header *header =
        (const void *)(buffer->data - sizeof(struct virtio_net_header));
    buffer->length = bytes - (uint32_t)sizeof(struct virtio_net_header);
    buffer->flags = header->flags & (HEADER_NEEDS_CHECKSUM | HEADER_CHECKSUM_OK)
                        ? AZ_NETBUF_CHECKSUM_OK
                        : 0;
    return true;
}

unsigned virtio_net_receive(struct az_netdev *netdev, unsigned queue, struct az_netbuf **out_frames,
                            unsigned count)
{
    (void)queue;
    struct virtio_net *net = (struct virtio_net *)netdev;
    if (az_virtio_config_changed(net->device))
        virtio_net_read_link(net);
    virtio_net_reap(net);
    unsigned taken = 0;
    while (taken < count) {
        uint32_t bytes;
        struct az_netbuf *buffer = az_virtqueue_take(net->receive, &bytes);
        if (!buffer)
            break;
        struct az_netbuf *fresh = accept(buffer, bytes) ? new_buffer() : NULL;
        if (fresh) {
            out_frames[taken++] = buffer;
            netdev->received++;
        } else {
            netdev->dropped++;
            fresh = buffer;
        }
        if (!offer(net, fresh))
            az_netbuf_unref(fresh);
    }
    fill(net);
    return taken;
}
