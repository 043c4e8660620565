/* The client's states (RFC 2131, 4.4), one record per interface, moved by one timer and by answers. */
#include <errno.h>

#include <az/clock.h>
#include <az/heap.h>
#include <az/log.h>
#include <az/random.h>
#include <az/self.h>

#include "dhcp_message.h"

#define RETRY_FIRST AZ_SECONDS(1)
#define RETRY_MAX AZ_SECONDS(64)
#define RENEW_RETRY_MIN AZ_SECONDS(60) /* RFC 2131, 4.4.5 */
#define LEASE_MIN 60u                  /* shorter ones are taken for this: a bound on traffic */

enum dhcp_state { DHCP_SELECTING, DHCP_REQUESTING, DHCP_BOUND, DHCP_RENEWING, DHCP_REBINDING };

struct dhcp_client {
    struct az_netdev *device;
    struct az_timer timer;
    uint8_t state;
    uint8_t refusals; /* in a row */
    uint32_t transaction;
    az_time began, retry;
    az_time rebind_at, ends_at; /* of the lease */
    az_ip4 address, server;     /* offered or held */
    struct dhcp_client *next;
};

static struct dhcp_client *dhcp_clients;

static void dhcp_ask(struct dhcp_client *client, uint8_t type, az_time now)
{
    bool held = client->state >= DHCP_RENEWING;
    struct dhcp_question question = {
        .type = type,
        .broadcast = !held,
        .transaction = client->transaction,
        .seconds = (uint16_t)AZ_MIN((now - client->began) >> 30, 65535),
        .client = held ? client->address : 0,
        .wanted = client->state == DHCP_REQUESTING ? client->address : 0,
        .server = client->state == DHCP_REQUESTING ? client->server : 0,
    };
    struct az_ipv4_route route = {
        .device = client->device,
        .destination = AZ_IP4_BROADCAST,
        .mtu = client->device->mtu,
        .broadcast = true,
    };
    struct az_netbuf *buffer = az_netbuf_alloc(AZ_NETBUF_ROOM);

    if (!buffer)
        return;
    if (client->state == DHCP_RENEWING && az_ipv4_route(client->server, client->address, &route))
        route.broadcast = true;
    route.source = question.client;
    dhcp_write(buffer, &question, client->device->mac, route.source, route.destination);
    az_ipv4_send(&route, buffer, 17, 0, false);
}

/* Begins anew, or asks again: twice as late each time. */
static void dhcp_select(struct dhcp_client *client, az_time now)
{
    if (client->state != DHCP_SELECTING || !client->transaction) {
        client->state = DHCP_SELECTING;
        client->retry = RETRY_FIRST;
        client->began = now;
        client->transaction = az_random_u32();
    }
    dhcp_ask(client, DHCP_DISCOVER, now);
    az_timer_set(&client->timer, now + client->retry + (az_time)(az_random_u32() & 0xfffffff)); /* up to 268 ms more */
    client->retry = AZ_MIN(client->retry * 2, RETRY_MAX);
}

static void dhcp_lose(struct dhcp_client *client, az_time now)
{
    static const struct az_ipv4_config none;
    az_log("%s: the DHCP lease is over", client->device->name);
    az_ipv4_configure(client->device, &none);
    az_ipv4_config_expect();
    dhcp_select(client, now);
}

/* Half of what is left of the time until `end`, but not too soon (RFC 2131, 4.4.5). */
static void dhcp_ask_again(struct dhcp_client *client, az_time now, az_time end)
{
    dhcp_ask(client, DHCP_REQUEST, now);
    az_timer_set(&client->timer, AZ_MIN(end, now + AZ_MAX((end - now) / 2, RENEW_RETRY_MIN)));
}

static void dhcp_tick(struct az_timer *timer)
{
    struct dhcp_client *client = AZ_CONTAINER_OF(timer, struct dhcp_client, timer);
    az_time now = az_clock_now();

    switch ((enum dhcp_state)client->state) {
    case DHCP_SELECTING:
        if (!az_ipv4_config(client->device)) /* somebody else may have given it one */
            dhcp_select(client, now);
        break;
    case DHCP_REQUESTING:
        if (client->retry > RETRY_FIRST * 8) {
            dhcp_select(client, now); /* whoever offered it is gone */
            break;
        }
        dhcp_ask(client, DHCP_REQUEST, now);
        az_timer_set(timer, now + client->retry);
        client->retry *= 2;
        break;
    case DHCP_BOUND:
        client->state = DHCP_RENEWING;
        client->began = now;
        client->transaction = az_random_u32();
        dhcp_ask_again(client, now, client->rebind_at);
        break;
    case DHCP_RENEWING:
        if (now >= client->rebind_at)
            client->state = DHCP_REBINDING;
        dhcp_ask_again(client, now, client->state == DHCP_REBINDING ? client->ends_at : client->rebind_at);
        break;
    case DHCP_REBINDING:
        if (now >= client->ends_at)
            dhcp_lose(client, now);
        else
            dhcp_ask_again(client, now, client->ends_at);
        break;
    }
}

/* The mask of the address's class, for servers that send none. */
static az_ip4 dhcp_default_mask(az_ip4 address)
{
    uint8_t first = (uint8_t)(address & 0xff);
    return first < 128 ? AZ_IP4(255, 0, 0, 0) : first < 192 ? AZ_IP4(255, 255, 0, 0) : AZ_IP4(255, 255, 255, 0);
}

static void dhcp_bind(struct dhcp_client *client, struct dhcp_answer *answer, az_time now)
{
    uint32_t lease = AZ_MAX(answer->lease_s, LEASE_MIN);
    uint32_t rebind = answer->rebind_s && answer->rebind_s < lease ? answer->rebind_s : lease - lease / 8;
    uint32_t renew = answer->renew_s && answer->renew_s < rebind ? answer->renew_s : AZ_MIN(lease / 2, rebind);
    const struct az_ipv4_config *old = az_ipv4_config(client->device);

    if (!answer->config.mask)
        answer->config.mask = dhcp_default_mask(answer->config.address);
    client->state = DHCP_BOUND;
    client->refusals = 0;
    client->address = answer->config.address;
    if (answer->server)
        client->server = answer->server;
    client->rebind_at = now + AZ_SECONDS(rebind);
    client->ends_at = answer->lease_s == UINT32_MAX ? AZ_TIME_NEVER : now + AZ_SECONDS(lease);
    if (client->ends_at == AZ_TIME_NEVER)
        az_timer_cancel(&client->timer);
    else
        az_timer_set(&client->timer, now + AZ_SECONDS(renew));
    if (!old || __builtin_memcmp(old, &answer->config, sizeof(*old)) != 0)
        az_ipv4_configure(client->device, &answer->config);
}

/* A server that offers and then refuses is not asked again at once. */
static void dhcp_refused(struct dhcp_client *client, az_time now)
{
    client->state = DHCP_SELECTING;
    client->transaction = 0;
    client->retry = RETRY_FIRST;
    az_timer_set(&client->timer, now + (RETRY_FIRST << client->refusals));
    if (client->refusals < 6)
        client->refusals++;
}

static void dhcp_answer(struct dhcp_client *client, struct dhcp_answer *answer)
{
    az_time now = az_clock_now();
    az_ip4 address = answer->config.address;

    if (client->state == DHCP_SELECTING && answer->type == DHCP_OFFER && answer->server && address) {
        client->state = DHCP_REQUESTING;
        client->address = address;
        client->server = answer->server;
        client->retry = RETRY_FIRST;
        dhcp_tick(&client->timer);
    } else if (client->state != DHCP_SELECTING && client->state != DHCP_BOUND) {
        if (answer->type == DHCP_ACK && address && !az_ip4_is_multicast(address))
            dhcp_bind(client, answer, now);
        else if (answer->type == DHCP_NAK && client->state == DHCP_REQUESTING)
            dhcp_refused(client, now);
        else if (answer->type == DHCP_NAK)
            dhcp_lose(client, now);
    }
}

/* UDP to port 68; all else is not ours. */
static bool dhcp_input(const struct az_ipv4_packet *packet, struct az_netbuf *payload)
{
    struct az_view view = {payload->data, payload->length};
    const az_be16 *ports = az_view_take(&view, 4);
    const az_be16 *rest = az_view_take(&view, 4);
    struct dhcp_answer answer;

    if (!rest || az_be16_get(ports[1]) != DHCP_CLIENT_PORT)
        return false;
    uint32_t length = az_be16_get(rest[0]);
    bool has_sum = az_be16_get(rest[1]) != 0 && !(payload->flags & AZ_NETBUF_CHECKSUM_OK);
    if (az_be16_get(ports[0]) == DHCP_SERVER_PORT && length >= 8 && length <= payload->length && !payload->fragment) {
        uint32_t sum = az_checksum_pseudo(packet->source, packet->destination, 17, length);
        view.left = length - 8;
        for (struct dhcp_client *client = dhcp_clients; client; client = client->next) {
            if (client->device == packet->device &&
                (!has_sum || az_checksum_end(az_checksum_add(sum, payload->data, length)) == 0) &&
                dhcp_read(view, client->transaction, client->device->mac, &answer))
                dhcp_answer(client, &answer);
        }
    }
    az_netbuf_unref(payload);
    return true;
}

int az_dhcp_init(void)
{
    static struct az_ipv4_protocol protocol = {.number = 17, .input = dhcp_input};

    for (struct az_netdev *device = az_netdev_next(NULL); device; device = az_netdev_next(device)) {
        if (device->flags & AZ_NETDEV_LOOPBACK)
            continue;
        struct dhcp_client *client = az_heap_zalloc(sizeof(*client));
        if (!client)
            return -ENOMEM;
        client->device = device;
        client->retry = RETRY_FIRST;
        client->timer.expired = dhcp_tick;
        client->next = dhcp_clients;
        if (!dhcp_clients) {
            az_ipv4_attach(&protocol);
            az_ipv4_config_expect();
        }
        dhcp_clients = client;
        az_timer_set(&client->timer, 0); /* when the app first waits: main() comes before */
    }
    return 0;
}
