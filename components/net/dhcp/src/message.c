/* DHCP messages: see dhcp_message.h. */
#include "dhcp_message.h"

#define MAGIC 0x63825363u
#define OPTIONS_BYTES 64u /* makes 300 bytes, the least that old relays pass (RFC 1542, 2.1) */

#define OPTION_PAD 0u
#define OPTION_MASK 1u
#define OPTION_ROUTER 3u
#define OPTION_DNS 6u
#define OPTION_HOSTNAME 12u
#define OPTION_DOMAIN 15u
#define OPTION_MTU 26u
#define OPTION_WANTED 50u
#define OPTION_LEASE 51u
#define OPTION_OVERLOAD 52u
#define OPTION_TYPE 53u
#define OPTION_SERVER 54u
#define OPTION_LIST 55u
#define OPTION_SIZE 57u
#define OPTION_RENEW 58u
#define OPTION_REBIND 59u
#define OPTION_END 255u

struct dhcp_message {
    uint8_t operation, hardware, hardware_bytes, hops;
    az_be32 transaction;
    az_be16 seconds, flags;
    uint8_t client[4], yours[4], next_server[4], relay[4];
    uint8_t mac[16];
    uint8_t server_name[64], file[128];
    az_be32 magic;
};
_Static_assert(sizeof(struct dhcp_message) == 240, "RFC 2131, 2");

struct dhcp_udp {
    az_be16 source, destination, length;
    uint8_t checksum[2];
};

static uint8_t *put(uint8_t *at, uint8_t option, uint8_t bytes, const void *value)
{
    at[0] = option;
    at[1] = bytes;
    __builtin_memcpy(at + 2, value, bytes);
    return at + 2 + bytes;
}

void dhcp_write(struct az_netbuf *buffer, const struct dhcp_question *question, const uint8_t *mac, az_ip4 source,
                az_ip4 destination)
{
    static const uint8_t list[] = {OPTION_MASK, OPTION_ROUTER, OPTION_DNS,   OPTION_HOSTNAME, OPTION_DOMAIN,
                                   OPTION_MTU,  OPTION_LEASE,  OPTION_RENEW, OPTION_REBIND};
    struct dhcp_message *message = (struct dhcp_message *)(void *)buffer->data;
    uint8_t *at = (uint8_t *)(message + 1);
    az_be16 size = az_be16_of(1472);
    uint16_t checksum;

    buffer->length = sizeof(*message) + OPTIONS_BYTES;
    __builtin_memset(message, 0, buffer->length);
    message->operation = 1;
    message->hardware = 1;
    message->hardware_bytes = 6;
    message->transaction = az_be32_of(question->transaction);
    message->seconds = az_be16_of(question->seconds);
    message->flags = az_be16_of(question->broadcast ? 0x8000 : 0);
    az_ip4_store(message->client, question->client);
    __builtin_memcpy(message->mac, mac, 6);
    message->magic = az_be32_of(MAGIC);
    at = put(at, OPTION_TYPE, 1, &question->type);
    at = put(at, OPTION_SIZE, 2, &size);
    if (question->wanted)
        at = put(at, OPTION_WANTED, 4, &question->wanted);
    if (question->server)
        at = put(at, OPTION_SERVER, 4, &question->server);
    at = put(at, OPTION_LIST, sizeof(list), list);
    *at = OPTION_END;

    struct dhcp_udp *udp = az_netbuf_push(buffer, sizeof(*udp));
    udp->source = az_be16_of(DHCP_CLIENT_PORT);
    udp->destination = az_be16_of(DHCP_SERVER_PORT);
    udp->length = az_be16_of((uint16_t)buffer->length);
    __builtin_memset(udp->checksum, 0, 2);
    uint32_t sum = az_checksum_pseudo(source, destination, 17, buffer->length);
    checksum = az_checksum_end(az_checksum_add(sum, buffer->data, buffer->length));
    if (!checksum)
        checksum = 0xffff;
    __builtin_memcpy(udp->checksum, &checksum, 2);
}

static void read_name(char *out, size_t room, const uint8_t *value, uint32_t bytes)
{
    uint32_t used = 0;
    for (uint32_t i = 0; i < bytes && used + 1 < room; i++) {
        uint8_t c = value[i];
        bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
        if (!fine)
            break; /* it ends up in generated files */
        out[used++] = (char)c;
    }
    out[used] = '\0';
}

static void read_option(uint8_t option, const uint8_t *value, uint32_t bytes, struct dhcp_answer *out)
{
    if (option == OPTION_HOSTNAME)
        read_name(out->config.hostname, sizeof(out->config.hostname), value, bytes);
    if (option == OPTION_DOMAIN)
        read_name(out->config.domain, sizeof(out->config.domain), value, bytes);
    if (option == OPTION_TYPE && bytes == 1)
        out->type = value[0];
    if (option == OPTION_MTU && bytes == 2 && az_be16_get(*(const az_be16 *)value) >= 576)
        out->config.mtu = az_be16_get(*(const az_be16 *)value);
    if (bytes < 4)
        return;
    uint32_t number = az_be32_get(*(const az_be32 *)value);
    az_ip4 address = az_ip4_load(value);
    switch (option) {
    case OPTION_MASK:
        out->config.mask = address;
        break;
    case OPTION_ROUTER:
        out->config.gateway = address;
        break;
    case OPTION_DNS:
        for (uint32_t i = 0; i < AZ_IPV4_DNS_MAX && i * 4 + 4 <= bytes; i++)
            out->config.dns[i] = az_ip4_load(value + i * 4);
        break;
    case OPTION_SERVER:
        out->server = address;
        break;
    case OPTION_LEASE:
        out->lease_s = number;
        break;
    case OPTION_RENEW:
        out->renew_s = number;
        break;
    case OPTION_REBIND:
        out->rebind_s = number;
        break;
    }
}

/* Options in one of their places; stores which of the other places hold some as well (RFC 2132, 9.3). */
static bool read_options(struct az_view view, struct dhcp_answer *out, uint8_t *out_overload)
{
    for (;;) {
        const uint8_t *option = az_view_take(&view, 1);
        if (!option || *option == OPTION_END)
            return true;
        if (*option == OPTION_PAD)
            continue;
        const uint8_t *bytes = az_view_take(&view, 1);
        const uint8_t *value = bytes ? az_view_take(&view, *bytes) : NULL;
        if (!value)
            return false;
        if (*option == OPTION_OVERLOAD && *bytes == 1)
            *out_overload = *value;
        read_option(*option, value, *bytes, out);
    }
}

bool dhcp_read(struct az_view view, uint32_t transaction, const uint8_t *mac, struct dhcp_answer *out)
{
    const struct dhcp_message *message = az_view_take(&view, sizeof(*message));
    uint8_t overload = 0, nothing = 0;

    __builtin_memset(out, 0, sizeof(*out));
    if (!message || message->operation != 2 || az_be32_get(message->transaction) != transaction ||
        __builtin_memcmp(message->mac, mac, 6) != 0 || az_be32_get(message->magic) != MAGIC)
        return false;
    if (!read_options(view, out, &overload))
        return false;
    if (overload & 1 && !read_options((struct az_view){message->file, sizeof(message->file)}, out, &nothing))
        return false;
    if (overload & 2 && !read_options((struct az_view){message->server_name, sizeof(message->server_name)}, out, &nothing))
        return false;
    out->config.address = az_ip4_load(message->yours);
    return true;
}
