/*
 * Reassembly (RFC 815's problem with a sorted list, since a datagram has few fragments). Fragments that overlap drop the whole
 * datagram, as RFC 5722 has it for IPv6: only an attacker sends them.
 */
#include <az/clock.h>

#include "ipv4_parts.h"

#define FRAGMENT_LIFETIME AZ_SECONDS(30)
#define FRAGMENT_PARTS_MAX 64u

struct datagram {
    az_ip4 source, destination;
    uint16_t id;
    uint8_t protocol;
    uint8_t parts;
    uint32_t bytes, whole;   /* bytes here; of the whole, 0 until the last fragment came */
    az_time deadline;        /* 0: free */
    struct az_netbuf *first; /* by offset, linked by `fragment` */
};

static struct datagram datagrams[CONFIG_NET_IPV4_REASSEMBLY];
static void fragment_tick(struct az_timer *timer);
static struct az_timer fragment_timer = {.expired = fragment_tick, .deadline = AZ_TIME_NEVER};

/* Offset of a part in its datagram. */
static uintptr_t *part_offset(struct az_netbuf *part)
{
    return &part->control[0];
}

static void datagram_drop(struct datagram *datagram)
{
    az_ipv4_stats.reassembly_failed++;
    az_netbuf_unref(datagram->first);
    datagram->first = NULL;
    datagram->deadline = 0;
}

static void fragment_tick(struct az_timer *timer)
{
    az_time now = az_clock_now(), next = AZ_TIME_NEVER;
    for (unsigned i = 0; i < AZ_ARRAY_LENGTH(datagrams); i++) {
        struct datagram *d = &datagrams[i];
        if (d->deadline && d->deadline <= now)
            datagram_drop(d);
        else if (d->deadline)
            next = AZ_MIN(next, d->deadline);
    }
    timer->deadline = AZ_TIME_NEVER;
    if (next != AZ_TIME_NEVER)
        az_timer_set(timer, next);
}

static struct datagram *datagram_get(const struct az_ipv4_header *header)
{
    az_ip4 source = az_ip4_load(header->source), destination = az_ip4_load(header->destination);
    uint16_t id = az_be16_get(header->id);
    struct datagram *oldest = datagrams;

    for (unsigned i = 0; i < AZ_ARRAY_LENGTH(datagrams); i++) {
        struct datagram *d = &datagrams[i];
        if (d->deadline && d->id == id && d->source == source && d->destination == destination &&
            d->protocol == header->protocol)
            return d;
        if (d->deadline < oldest->deadline)
            oldest = d;
    }
    if (oldest->deadline)
        datagram_drop(oldest);
    *oldest = (struct datagram){
        .source = source,
        .destination = destination,
        .id = id,
        .protocol = header->protocol,
        .deadline = az_clock_now() + FRAGMENT_LIFETIME,
    };
    if (fragment_timer.deadline == AZ_TIME_NEVER)
        az_timer_set(&fragment_timer, oldest->deadline);
    return oldest;
}

/* Puts the part in its place; false when it overlaps another or disagrees about the length of the whole. */
static bool datagram_insert(struct datagram *datagram, struct az_netbuf *part, uint32_t offset, bool last)
{
    struct az_netbuf **link = &datagram->first;
    uint32_t end = offset + part->length;

    if (end > 65535 || datagram->parts >= FRAGMENT_PARTS_MAX || (datagram->whole && end > datagram->whole) ||
        (last && datagram->whole))
        return false;
    while (*link && *part_offset(*link) < offset) {
        if (*part_offset(*link) + (*link)->length > offset)
            return false;
        link = &(*link)->fragment;
    }
    if (*link && (end > *part_offset(*link) || last))
        return false;
    *part_offset(part) = offset;
    part->fragment = *link;
    *link = part;
    datagram->parts++;
    datagram->bytes += part->length;
    if (last)
        datagram->whole = end;
    return true;
}

/* One buffer when it all fits in one, else the chain; a plain header lies before it, for who quotes or looks at it. */
static struct az_netbuf *datagram_take(struct datagram *datagram, const struct az_ipv4_header *header)
{
    struct az_netbuf *whole = datagram->first;

    datagram->first = NULL;
    datagram->deadline = 0;
    az_ipv4_stats.reassembled++;
    if (datagram->whole <= AZ_NETBUF_ROOM) {
        struct az_netbuf *copy = az_netbuf_alloc(datagram->whole);
        if (copy) {
            for (const struct az_netbuf *part = whole; part; part = part->fragment) {
                __builtin_memcpy(copy->data + copy->length, part->data, part->length);
                copy->length += part->length;
            }
            __builtin_memcpy(copy->data - sizeof(*header), header, sizeof(*header));
        }
        az_netbuf_unref(whole);
        whole = copy;
    } else {
        __builtin_memmove(whole->data - sizeof(*header), header, sizeof(*header));
        for (struct az_netbuf *part = whole; part; part = part->fragment)
            part->flags = 0;
    }
    if (whole)
        whole->data[-(int)sizeof(*header)] = 4 << 4 | 5;
    return whole;
}

struct az_netbuf *fragment_input(const struct az_ipv4_header *header, struct az_netbuf *payload)
{
    uint32_t field = az_be16_get(header->fragment);
    bool last = !(field & AZ_IPV4_MORE_FRAGMENTS);
    struct datagram *datagram;

    if (payload->length == 0 || (!last && payload->length % 8)) {
        az_ipv4_stats.bad++;
        az_netbuf_unref(payload);
        return NULL;
    }
    datagram = datagram_get(header);
    if (!datagram_insert(datagram, payload, (field & AZ_IPV4_OFFSET) * 8, last)) {
        datagram_drop(datagram);
        az_netbuf_unref(payload);
        return NULL;
    }
    if (!datagram->whole || datagram->bytes < datagram->whole)
        return NULL;
    return datagram_take(datagram, header);
}
