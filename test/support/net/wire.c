#include "wire.h"

#include <stdlib.h>
#include <string.h>


struct frame {
    struct frame *next;
    az_time at;
    uint32_t bytes;
    uint8_t data[2048];
};

struct wire wire;
static struct frame *coming; /* by time, towards the stack */
static struct frame *sent, **sent_end = &sent, *last;

static uint32_t chance(void)
{
    wire.seed = wire.seed * 1664525u + 1013904223u;
    return wire.seed >> 12;
}

static void deliver(const uint8_t *data, uint32_t bytes, az_time at)
{
    struct frame *frame = calloc(1, sizeof(*frame)), **link = &coming;
    frame->at = at;
    frame->bytes = bytes;
    memcpy(frame->data, data, bytes);
    while (*link && (*link)->at <= at)
        link = &(*link)->next;
    frame->next = *link;
    *link = frame;
}

static az_time next_arrival(void)
{
    return coming ? coming->at : AZ_TIME_NEVER;
}

/* Everybody on this wire has the address 02:00:00:00:00:02. */
static bool answer_arp(const uint8_t *data, uint32_t bytes)
{
    uint8_t reply[42];
    if (bytes < 42 || data[12] != 8 || data[13] != 6)
        return false;
    memcpy(wire.arp, data, 42);
    if (data[21] != 1 || wire.no_arp)
        return true;
    memcpy(reply, data, 42);
    memcpy(reply, data + 6, 6);
    memcpy(reply + 6, "\2\0\0\0\0\2", 6);
    reply[21] = 2;
    memcpy(reply + 22, "\2\0\0\0\0\2", 6);
    memcpy(reply + 28, data + 38, 4);
    memcpy(reply + 32, data + 22, 10);
    deliver(reply, 42, machine_now);
    return true;
}

static void tcp_sum(uint8_t *ip, uint32_t bytes)
{
    uint32_t length = bytes - 20;
    uint8_t *tcp = ip + 20;
    memset(tcp + 16, 0, 2);
    uint32_t sum = az_checksum_pseudo(az_ip4_load(ip + 12), az_ip4_load(ip + 16), 6, length);
    uint16_t checksum = az_checksum_end(az_checksum_add(sum, tcp, length));
    memcpy(tcp + 16, &checksum, 2);
}

static void drop_sack_option(uint8_t *ip, uint32_t bytes)
{
    uint8_t *tcp = ip + 20;
    if (ip[9] != 6 || !(tcp[13] & 2))
        return;
    for (uint32_t i = 20; i + 1 < (tcp[12] >> 4) * 4u; i += tcp[i] <= 1 ? 1 : tcp[i + 1]) {
        if (tcp[i] == 4)
            tcp[i] = tcp[i + 1] = 1;
    }
    tcp_sum(ip, bytes);
}

static void mirror(uint8_t *data, uint32_t bytes)
{
    uint8_t swap[6];
    memcpy(swap, data, 6);
    memcpy(data, data + 6, 6);
    memcpy(data + 6, swap, 6);
    memcpy(swap, data + 26, 4);
    memcpy(data + 26, data + 30, 4);
    memcpy(data + 30, swap, 4);
    if (wire.no_sack)
        drop_sack_option(data + 14, (uint32_t)(data[16] << 8 | data[17]));
    for (unsigned copies = 1 + (chance() % 1000 < wire.duplication); copies--;) {
        az_time at = machine_now + wire.delay;
        if (chance() % 1000 < wire.loss) {
            wire.lost++;
            continue;
        }
        if (chance() % 1000 < wire.reordering)
            at += (az_time)(chance() % 10) * (wire.delay / 2 + 1000);
        deliver(data, bytes, at);
    }
}

static unsigned wire_take(struct az_netdev *device, unsigned queue, struct az_netbuf **frames, unsigned count)
{
    (void)device, (void)queue;
    if (wire.ring && count > wire.ring)
        count = wire.ring;
    for (unsigned i = 0; i < count; i++) {
        uint8_t data[2048];
        uint32_t bytes = 0;
        for (const struct az_netbuf *part = frames[i]; part; part = part->fragment) {
            memcpy(data + bytes, part->data, part->length);
            bytes += part->length;
        }
        az_netbuf_unref(frames[i]);
        wire.frames++;
        if (wire.down || answer_arp(data, bytes))
            continue;
        if (wire.mirror) {
            mirror(data, bytes);
            continue;
        }
        if (wire.answer && wire.answer(data, bytes))
            continue;
        struct frame *frame = calloc(1, sizeof(*frame));
        frame->bytes = bytes;
        memcpy(frame->data, data, bytes);
        *sent_end = frame;
        sent_end = &frame->next;
    }
    return count;
}

static unsigned wire_give(struct az_netdev *device, unsigned queue, struct az_netbuf **out, unsigned count)
{
    unsigned given = 0;
    if (device->pending)
        device->writable(device, queue);
    while (given < count && coming && coming->at <= machine_now) {
        struct az_netbuf *buffer = az_netbuf_alloc(AZ_NETBUF_ROOM);
        struct frame *frame = coming;
        if (!buffer)
            break;
        coming = frame->next;
        memcpy(buffer->data, frame->data, frame->bytes < AZ_NETBUF_ROOM ? frame->bytes : AZ_NETBUF_ROOM);
        buffer->length = frame->bytes < AZ_NETBUF_ROOM ? frame->bytes : AZ_NETBUF_ROOM;
        out[given++] = buffer;
        free(frame);
    }
    return given;
}

static bool wire_arm(struct az_netdev *device, unsigned queue, bool on)
{
    (void)device, (void)queue, (void)on;
    return !coming || coming->at > machine_now;
}

static void wire_reset(void)
{
    static const struct az_netdev_ops ops = {.send = wire_take, .receive = wire_give, .arm = wire_arm};
    static bool started;
    struct az_netdev keep = wire.device;

    wire_forget();
    wire = (struct wire){.seed = 1, .delay = AZ_MS(1)};
    wire.device = keep;
    if (started)
        return;
    started = true;
    wire.device = (struct az_netdev){.ops = &ops, .mac = {2, 0, 0, 0, 0, 1}, .mtu = 1500, .queues = 1, .link_up = true};
    machine_next_event = next_arrival;
    az_netdev_register(&wire.device);
    az_ipv4_init();
}

void wire_start_bare(void)
{
    static const struct az_ipv4_config none;
    wire_reset();
    az_ipv4_configure(&wire.device, &none);
}

void wire_start(void)
{
    static const struct az_ipv4_config config = {
        .address = WIRE_US, .mask = AZ_IP4(255, 255, 255, 0), .gateway = AZ_IP4(10, 0, 0, 254)};
    wire_reset();
    az_ipv4_configure(&wire.device, &config);
}

const uint8_t *wire_sent(uint32_t *out_bytes)
{
    free(last);
    last = sent;
    if (!last)
        return NULL;
    sent = last->next;
    if (!sent)
        sent_end = &sent;
    *out_bytes = last->bytes;
    return last->data;
}

void wire_forget(void)
{
    uint32_t bytes;
    while (wire_sent(&bytes))
        continue;
}

void wire_send_later(const void *frame, uint32_t bytes)
{
    deliver(frame, bytes, machine_now + wire.delay);
}

void wire_inject(const void *frame, uint32_t bytes)
{
    deliver(frame, bytes, machine_now);
    machine_settle();
}

void wire_send_ip(az_ip4 source, az_ip4 destination, uint8_t protocol, unsigned fragment, uint16_t id, const void *payload,
                  uint32_t bytes)
{
    uint8_t frame[2048] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45};
    uint8_t *ip = frame + 14;
    uint16_t checksum;

    ip[2] = (uint8_t)((bytes + 20) >> 8);
    ip[3] = (uint8_t)(bytes + 20);
    ip[4] = (uint8_t)(id >> 8);
    ip[5] = (uint8_t)id;
    ip[6] = (uint8_t)(fragment >> 8);
    ip[7] = (uint8_t)fragment;
    ip[8] = 64;
    ip[9] = protocol;
    az_ip4_store(ip + 12, source);
    az_ip4_store(ip + 16, destination);
    checksum = az_checksum_end(az_checksum_add(0, ip, 20));
    memcpy(ip + 10, &checksum, 2);
    memcpy(ip + 20, payload, bytes);
    if (protocol == 6 && !fragment)
        tcp_sum(ip, bytes + 20);
    wire_inject(frame, bytes + 34);
}

void wire_send_tcp(const struct wire_tcp *s)
{
    uint8_t segment[1600];
    uint32_t header = 20 + s->option_bytes;
    az_be32 sequence = az_be32_of(s->sequence), ack = az_be32_of(s->ack);
    az_be16 from = az_be16_of(s->from), to = az_be16_of(s->to), window = az_be16_of((uint16_t)s->window);

    memset(segment, 0, 20);
    memcpy(segment, &from, 2);
    memcpy(segment + 2, &to, 2);
    memcpy(segment + 4, &sequence, 4);
    memcpy(segment + 8, &ack, 4);
    segment[12] = (uint8_t)(header / 4 << 4);
    segment[13] = (uint8_t)s->flags;
    memcpy(segment + 14, &window, 2);
    if (s->option_bytes)
        memcpy(segment + 20, s->options, s->option_bytes);
    if (s->bytes)
        memcpy(segment + header, s->payload, s->bytes);
    wire_send_ip(s->address ? s->address : WIRE_PEER, WIRE_US, 6, 0, 0, segment, header + s->bytes);
}

bool wire_next_tcp(struct wire_tcp *out)
{
    const uint8_t *data;
    uint32_t bytes;

    while ((data = wire_sent(&bytes))) {
        const uint8_t *ip = data + 14, *tcp = ip + 20;
        if (bytes < 54 || data[12] != 8 || data[13] != 0 || ip[9] != 6)
            continue;
        uint32_t header = (tcp[12] >> 4) * 4u, length = (uint32_t)(ip[2] << 8 | ip[3]) - 20;
        uint32_t sum = az_checksum_pseudo(az_ip4_load(ip + 12), az_ip4_load(ip + 16), 6, length);
        if (az_checksum_end(az_checksum_add(sum, tcp, length)) != 0 || az_checksum_end(az_checksum_add(0, ip, 20)) != 0)
            abort();
        *out = (struct wire_tcp){
            .from = (uint16_t)(tcp[0] << 8 | tcp[1]),
            .to = (uint16_t)(tcp[2] << 8 | tcp[3]),
            .sequence = az_be32_get(*(const az_be32 *)(tcp + 4)),
            .ack = az_be32_get(*(const az_be32 *)(tcp + 8)),
            .flags = tcp[13],
            .window = (unsigned)(tcp[14] << 8 | tcp[15]),
            .options = tcp + 20,
            .option_bytes = header - 20,
            .payload = tcp + header,
            .bytes = length - header,
            .address = az_ip4_load(ip + 16),
        };
        return true;
    }
    return false;
}
