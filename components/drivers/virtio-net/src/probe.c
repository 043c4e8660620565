/* Bringing a device up, and its link. Virtio 1.2, sections 5.1.3 to 5.1.5. */
#include <az/heap.h>
#include <az/log.h>
#include <az/pages.h>
#include <az/self.h>

#include "net.h"

#include <errno.h>

#define FEATURE_CHECKSUM_OUT (UINT64_C(1) << 0)
#define FEATURE_CHECKSUM_IN (UINT64_C(1) << 1)
#define FEATURE_MTU (UINT64_C(1) << 3)
#define FEATURE_MAC (UINT64_C(1) << 5)
#define FEATURE_SEGMENT_TCP4 (UINT64_C(1) << 11)
#define FEATURE_STATUS (UINT64_C(1) << 16)

#define CONFIG_MAC 0u
#define CONFIG_STATUS 6u
#define CONFIG_STATUS_LINK_UP 1u
#define CONFIG_MTU 10u

#define QUEUE_RECEIVE 0u
#define QUEUE_SEND 1u

#define RING_MIN 16u
#define RING_MAX 256u
#define MEMORY_SHARE 8u /* buffers take at most this part of the free memory */

void virtio_net_read_link(struct virtio_net *net)
{
    uint16_t status = CONFIG_STATUS_LINK_UP;
    if (net->has_status)
        az_virtio_config(net->device, CONFIG_STATUS, &status, sizeof status);
    bool up = status & CONFIG_STATUS_LINK_UP;
    if (up == net->netdev.link_up)
        return;
    net->netdev.link_up = up;
    if (net->netdev.link_changed)
        net->netdev.link_changed(&net->netdev);
}

static bool arm(struct az_netdev *netdev, unsigned queue, bool on)
{
    (void)queue;
    struct virtio_net *net = (struct virtio_net *)netdev;
    bool idle = az_virtqueue_arm(net->send, on && net->is_blocked);
    return az_virtqueue_arm(net->receive, on) && idle && net->is_filled;
}

static const struct az_netdev_ops ops = {
    .send = virtio_net_send,
    .receive = virtio_net_receive,
    .arm = arm,
};

static unsigned ring_size(void)
{
    struct az_pages_stats pages;
    az_pages_stats(&pages);
    uint64_t buffers = pages.free * (AZ_PAGE_BYTES / 2048) / MEMORY_SHARE;
    unsigned size = RING_MIN;
    while (size < RING_MAX && size * 2 <= buffers)
        size *= 2;
    return size;
}

static void read_config(struct virtio_net *net, uint64_t features)
{
    struct az_netdev *netdev = &net->netdev;
    if (features & FEATURE_MAC) {
        az_virtio_config(net->device, CONFIG_MAC, netdev->mac, sizeof netdev->mac);
    } else {
        static const uint8_t local[6] = {0x02, 'a', 'z', 0, 0, 1};
        __builtin_memcpy(netdev->mac, local, sizeof local);
    }
    netdev->mtu = MTU_MAX;
    if (features & FEATURE_MTU) {
        uint16_t mtu;
        az_virtio_config(net->device, CONFIG_MTU, &mtu, sizeof mtu);
        if (mtu >= 68 && mtu < MTU_MAX) /* 68: the least of IPv4 */
            netdev->mtu = mtu;
    }
    if (features & FEATURE_CHECKSUM_OUT)
        netdev->offloads |= AZ_NETDEV_CHECKSUM_OUT;
    if (features & FEATURE_CHECKSUM_IN)
        netdev->offloads |= AZ_NETDEV_CHECKSUM_IN;
    if ((features & FEATURE_SEGMENT_TCP4) && (features & FEATURE_CHECKSUM_OUT))
        netdev->offloads |= AZ_NETDEV_SEGMENT_TCP4;
    net->has_status = features & FEATURE_STATUS;
    virtio_net_read_link(net);
}

static int start(struct virtio_net *net)
{
    uint64_t features;
    int error = az_virtio_negotiate(net->device,
                                    FEATURE_CHECKSUM_OUT | FEATURE_CHECKSUM_IN | FEATURE_MTU |
                                        FEATURE_MAC | FEATURE_SEGMENT_TCP4 | FEATURE_STATUS,
                                    &features);
    if (!error)
        error = az_virtio_irq(net->device, virtio_net_interrupted, net);
    if (error)
        return error;
    unsigned size = ring_size();
    error = az_virtqueue_create(net->device, QUEUE_RECEIVE, size, &net->receive);
    if (!error)
        error = az_virtqueue_create(net->device, QUEUE_SEND, size, &net->send);
    if (!error)
        error = virtio_net_send_create(net);
    if (error)
        return error;
    read_config(net, features);
    az_virtio_ready(net->device);
    return 0;
}

int az_virtio_net_probe(struct az_virtio_device *device)
{
    struct virtio_net *net = az_heap_zalloc(sizeof *net);
    if (!net)
        return -ENOMEM;
    net->device = device;
    net->netdev.ops = &ops;
    net->netdev.queues = 1;
    int error = start(net);
    if (error) {
        az_virtio_fail(device);
        virtio_net_send_destroy(net);
        az_heap_free(net, sizeof *net); /* interrupt.c looks at nothing of it */
        return error;
    }
    az_netdev_register(&net->netdev);
    return 0;
}
