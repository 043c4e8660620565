/* The client against a server that this test plays: in time, too late, unwilling, gone. */
#include <az/test.h>

#include <errno.h>
#include <netinet/in.h>

#include "dhcp_message.h"
#include "tcp_parts.h"
#include "wire.h"

static unsigned questions[9]; /* by type */
static bool silent, refuse;
static uint32_t lease_s = 1000;

static uint8_t *option(uint8_t *at, uint8_t number, uint8_t bytes, const void *value)
{
    at[0] = number;
    at[1] = bytes;
    memcpy(at + 2, value, bytes);
    return at + 2 + bytes;
}

static const uint8_t *find_option(const uint8_t *at, uint8_t number)
{
    for (; *at != 255; at += at[1] + 2) {
        if (*at == number)
            return at + 2;
    }
    return NULL;
}

static bool serve(const uint8_t *frame, uint32_t bytes)
{
    uint8_t reply[400] = {0};
    if (bytes < 282 || frame[23] != 17 || frame[37] != 67)
        return false;
    uint8_t type = *find_option(frame + 282, 53);
    AZ_CHECK(type < 9);
    questions[type]++;
    if (silent)
        return true;
    memcpy(reply, frame, 282);
    memcpy(reply, "\xff\xff\xff\xff\xff\xff\2\0\0\0\0\2", 12);
    uint8_t *ip = reply + 14, *udp = ip + 20, *message = udp + 8, *at = message + 240;
    message[0] = 2;
    az_ip4_store(message + 16, WIRE_US);
    bool nak = type == 3 && refuse;
    at = option(at, 53, 1, type == 1 ? "\2" : nak ? "\6" : "\5");
    at = option(at, 54, 4, "\12\0\0\2");
    at = option(at, 1, 4, "\xff\xff\xff\0");
    at = option(at, 3, 4, "\12\0\0\2");
    at = option(at, 6, 8, "\12\0\0\3\12\0\0\4");
    az_be32 lease = az_be32_of(lease_s);
    at = option(at, 51, 4, &lease);
    at = option(at, 15, 7, "a.test\n");
    *at++ = 255;
    uint32_t length = (uint32_t)(at - udp);
    memcpy(udp, "\0\103\0\104", 4);
    udp[4] = (uint8_t)(length >> 8), udp[5] = (uint8_t)length, udp[6] = udp[7] = 0;
    ip[2] = (uint8_t)((length + 20) >> 8), ip[3] = (uint8_t)(length + 20);
    memset(ip + 10, 0, 2);
    az_ip4_store(ip + 12, WIRE_PEER);
    az_ip4_store(ip + 16, AZ_IP4_BROADCAST);
    uint16_t sum = az_checksum_end(az_checksum_add(0, ip, 20));
    memcpy(ip + 10, &sum, 2);
    wire_send_later(reply, (uint32_t)(at - reply));
    return true;
}

/* One client and one machine: the tests go on where the one before ended. */
AZ_TEST(connect_waits_for_an_address_that_nobody_gives_and_says_so)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = 80};
    to.sin_addr.s_addr = WIRE_PEER;
    wire_start_bare();
    wire.answer = serve;
    silent = true;
    az_tcp_init();
    AZ_CHECK_EQ(az_dhcp_init(), 0);
    AZ_CHECK_EQ(questions[DHCP_DISCOVER], 0); /* nothing before the app waits */
    int fd = (int)az_sys_socket(AF_INET, SOCK_STREAM, 0);
    az_time before = machine_now;
    AZ_CHECK_EQ(az_sys_connect(fd, (struct sockaddr *)&to, sizeof(to)), -ENETUNREACH);
    AZ_CHECK_EQ(machine_now - before, AZ_SECONDS(10));
    AZ_CHECK_EQ(questions[DHCP_DISCOVER], 4); /* after 0, 1, 3 and 7 s */
    machine_close(fd);
}

AZ_TEST(an_answer_gives_address_gateway_dns_and_domain)
{
    silent = false;
    machine_run(machine_now + AZ_SECONDS(10));
    const struct az_ipv4_config *config = az_ipv4_config(NULL);
    AZ_CHECK(config != NULL);
    AZ_CHECK_EQ(config->address, WIRE_US);
    AZ_CHECK_EQ(config->mask, AZ_IP4(255, 255, 255, 0));
    AZ_CHECK_EQ(config->gateway, WIRE_PEER);
    AZ_CHECK_EQ(config->dns[1], AZ_IP4(10, 0, 0, 4));
    AZ_CHECK_EQ(config->dns[2], 0);
    AZ_CHECK_STR(config->domain, "a.test");
    AZ_CHECK_EQ(az_ipv4_wait_address(0), 0);
}

AZ_TEST(the_lease_is_renewed_at_half_its_time)
{
    unsigned before = questions[DHCP_REQUEST];
    machine_run(machine_now + AZ_SECONDS(480));
    AZ_CHECK_EQ(questions[DHCP_REQUEST], before);
    machine_run(machine_now + AZ_SECONDS(21));
    AZ_CHECK_EQ(questions[DHCP_REQUEST], before + 1);
    AZ_CHECK(az_ipv4_config(NULL) != NULL);
}

AZ_TEST(without_an_answer_it_is_asked_of_everyone_and_given_up_at_its_end)
{
    silent = true;
    unsigned before = questions[DHCP_REQUEST];
    machine_run(machine_now + AZ_SECONDS(990));
    AZ_CHECK(az_ipv4_config(NULL) != NULL);
    AZ_CHECK(questions[DHCP_REQUEST] - before >= 4 && questions[DHCP_REQUEST] - before <= 12);
    machine_run(machine_now + AZ_SECONDS(20));
    AZ_CHECK(az_ipv4_config(NULL) == NULL);
}

AZ_TEST(a_refused_request_begins_again)
{
    silent = false;
    refuse = true;
    unsigned before = questions[DHCP_DISCOVER];
    machine_run(machine_now + AZ_SECONDS(200));
    AZ_CHECK(az_ipv4_config(NULL) == NULL);
    AZ_CHECK(questions[DHCP_DISCOVER] - before >= 2);
    AZ_CHECK(questions[DHCP_DISCOVER] - before <= 12);
    refuse = false;
    machine_run(machine_now + AZ_SECONDS(200));
    AZ_CHECK(az_ipv4_config(NULL) != NULL);
}
