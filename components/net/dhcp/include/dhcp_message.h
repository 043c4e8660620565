/* DHCP messages (RFC 2131, 2; RFC 2132): written, and read through checked views. */
#ifndef DHCP_MESSAGE_H
#define DHCP_MESSAGE_H

#include <az/ipv4.h>

#define DHCP_SERVER_PORT 67u
#define DHCP_CLIENT_PORT 68u

enum dhcp_type { DHCP_DISCOVER = 1, DHCP_OFFER, DHCP_REQUEST, DHCP_DECLINE, DHCP_ACK, DHCP_NAK };

/* What an answer says; 0 or "" where it says nothing. */
struct dhcp_answer {
    uint8_t type;
    az_ip4 server;
    uint32_t lease_s, renew_s, rebind_s;
    struct az_ipv4_config config;
};

/* What a question says. */
struct dhcp_question {
    uint8_t type;
    bool broadcast; /* the answer, too */
    uint32_t transaction;
    uint16_t seconds;     /* since we began to ask */
    az_ip4 client;        /* our address, when we have one */
    az_ip4 wanted, server; /* 0: not said */
};

/* Writes the question into an empty buffer, UDP header in front. */
void dhcp_write(struct az_netbuf *buffer, const struct dhcp_question *question, const uint8_t *mac, az_ip4 source,
                az_ip4 destination);
/* Reads a UDP payload; false when it is not an answer to `transaction` for `mac`, or broken. */
bool dhcp_read(struct az_view message, uint32_t transaction, const uint8_t *mac, struct dhcp_answer *out);

#endif
