/* What is sent comes back: frames are copied into a queue that the stack polls like any device's. */
#include <az/ipv4.h>
#include <az/self.h>

static struct az_netbuf *lo_first, **lo_end = &lo_first;
static unsigned lo_queued;

static void lo_take(struct az_netdev *device, const struct az_netbuf *frame)
{
    struct az_netbuf *copy;
    if (lo_queued >= CONFIG_NET_LOOPBACK_QUEUE || !(copy = az_netbuf_alloc(AZ_NETBUF_ROOM))) {
        device->dropped++;
        return;
    }
    for (const struct az_netbuf *part = frame; part; part = part->fragment) {
        if (part->length > az_netbuf_tailroom(copy)) {
            az_netbuf_unref(copy);
            device->dropped++;
            return;
        }
        __builtin_memcpy(copy->data + copy->length, part->data, part->length);
        copy->length += part->length;
    }
    copy->flags = AZ_NETBUF_CHECKSUM_OK;
    *lo_end = copy;
    lo_end = &copy->next;
    lo_queued++;
}

static unsigned lo_send(struct az_netdev *device, unsigned queue, struct az_netbuf **frames, unsigned count)
{
    (void)queue;
    for (unsigned i = 0; i < count; i++) {
        lo_take(device, frames[i]);
        az_netbuf_unref(frames[i]);
    }
    return count;
}

static unsigned lo_receive(struct az_netdev *device, unsigned queue, struct az_netbuf **out_frames, unsigned count)
{
    unsigned taken = 0;
    (void)device, (void)queue;
    while (taken < count && lo_first) {
        struct az_netbuf *frame = lo_first;
        lo_first = frame->next;
        out_frames[taken++] = frame;
    }
    if (!lo_first)
        lo_end = &lo_first;
    lo_queued -= taken;
    return taken;
}

static bool lo_arm(struct az_netdev *device, unsigned queue, bool on)
{
    (void)device, (void)queue, (void)on;
    return !lo_first;
}

int az_loopback_init(void)
{
    static const struct az_netdev_ops ops = {.send = lo_send, .receive = lo_receive, .arm = lo_arm};
    static struct az_netdev device = {
        .ops = &ops,
        .name = "lo",
        .mtu = 1500,
        .queues = 1,
        .link_up = true,
        .offloads = AZ_NETDEV_CHECKSUM_OUT | AZ_NETDEV_CHECKSUM_IN,
        .flags = AZ_NETDEV_LOOPBACK,
    };
    static const struct az_ipv4_config config = {.address = AZ_IP4(127, 0, 0, 1), .mask = AZ_IP4(255, 0, 0, 0)};
    az_netdev_register(&device);
    az_ipv4_configure(&device, &config);
    return 0;
}
