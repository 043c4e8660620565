/* Ethernet II (IEEE 802.3, 3.2): ether_interfaces, ethertypes, the poll source over all queues, the queue before a full ring. */
#include <az/netdev.h>
#include <az/view.h>

#define BURST 16u

struct ether_header {
    uint8_t to[6], from[6];
    az_be16 ethertype;
};
_Static_assert(sizeof(struct ether_header) == 14, "IEEE 802.3");

static struct az_netdev *ether_interfaces;
static struct az_ether_protocol *ether_protocols;
static unsigned ether_bursts; /* > 0: frames wait for the end of the burst in hand */

static bool same_address(const uint8_t *a, const uint8_t *b)
{
    return __builtin_memcmp(a, b, 6) == 0;
}

static void ether_input(struct az_netdev *device, struct az_netbuf *frame)
{
    static const uint8_t everybody[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    struct az_view view = {frame->data, frame->length};
    const struct ether_header *header = az_view_take(&view, sizeof(*header));

    if (header && (same_address(header->to, device->mac) || same_address(header->to, everybody))) {
        uint16_t ethertype = az_be16_get(header->ethertype);
        az_netbuf_pull(frame, sizeof(*header));
        for (struct az_ether_protocol *p = ether_protocols; p; p = p->next) {
            if (p->ethertype == ethertype) {
                p->input(device, frame, header->from);
                return;
            }
        }
    }
    device->dropped++;
    az_netbuf_unref(frame);
}

/* Gives the device what waits, as much as it takes. */
static void ether_flush(struct az_netdev *device, unsigned queue)
{
    if (device->flushing)
        return; /* a driver that found room in the middle of a send */
    device->flushing = true;
    while (device->pending) {
        struct az_netbuf *burst[BURST];
        unsigned count = 0;
        for (struct az_netbuf *frame = device->pending; frame && count < BURST; frame = frame->next)
            burst[count++] = frame;
        struct az_netbuf *rest = burst[count - 1]->next;
        unsigned sent = device->ops->send(device, queue, burst, count);
        device->pending = sent < count ? burst[sent] : rest;
        device->pending_count -= sent;
        if (sent < count)
            break;
    }
    device->flushing = false;
    if (!device->pending)
        device->pending_end = &device->pending;
}

static bool ether_poll(void *arg)
{
    bool any = false;
    (void)arg;
    ether_bursts++;
    for (struct az_netdev *device = ether_interfaces; device; device = device->next) {
        for (unsigned queue = 0; queue < device->queues; queue++) {
            struct az_netbuf *burst[BURST];
            unsigned count = device->ops->receive(device, queue, burst, BURST);
            for (unsigned i = 0; i < count; i++)
                ether_input(device, burst[i]);
            any |= count > 0;
        }
    }
    if (--ether_bursts == 0) {
        for (struct az_netdev *device = ether_interfaces; device; device = device->next) {
            if (device->pending)
                ether_flush(device, 0);
        }
    }
    return any;
}

static bool ether_arm(void *arg, bool on)
{
    bool quiet = true;
    (void)arg;
    for (struct az_netdev *device = ether_interfaces; device; device = device->next) {
        for (unsigned queue = 0; queue < device->queues; queue++)
            quiet &= device->ops->arm(device, queue, on);
    }
    return quiet;
}

void az_netdev_register(struct az_netdev *device)
{
    static struct az_poll_source source = {.poll = ether_poll, .arm = ether_arm};
    static char next_digit = '0';
    struct az_netdev **end = &ether_interfaces;
    uint32_t index = 1;

    while (*end) {
        end = &(*end)->next;
        index++;
    }
    if (!device->name[0] && next_digit <= '9') {
        __builtin_memcpy(device->name, "eth", 3);
        device->name[3] = next_digit++;
        device->name[4] = '\0';
    }
    device->index = index;
    device->pending = NULL;
    device->pending_end = &device->pending;
    device->pending_count = 0;
    device->writable = ether_flush;
    device->next = NULL;
    *end = device;
    if (index == 1)
        az_poll_source_register(&source);
}

struct az_netdev *az_netdev_next(const struct az_netdev *device)
{
    return device ? device->next : ether_interfaces;
}

void az_ether_attach(struct az_ether_protocol *protocol)
{
    protocol->next = ether_protocols;
    ether_protocols = protocol;
}

bool az_ether_send(struct az_netdev *device, struct az_netbuf *frame, const uint8_t *to_mac, uint16_t ethertype)
{
    if (!device->link_up || device->pending_count >= CONFIG_NET_ETHERNET_PENDING) {
        device->dropped++;
        az_netbuf_unref(frame);
        return false;
    }
    struct ether_header *header = az_netbuf_push(frame, sizeof(*header));
    __builtin_memcpy(header->to, to_mac, 6);
    __builtin_memcpy(header->from, device->mac, 6);
    header->ethertype = az_be16_of(ethertype);
    frame->checksum_start = (uint16_t)(frame->checksum_start + sizeof(*header));
    frame->next = NULL;
    *device->pending_end = frame;
    device->pending_end = &frame->next;
    device->pending_count++;
    if (!ether_bursts)
        ether_flush(device, 0);
    return true;
}
