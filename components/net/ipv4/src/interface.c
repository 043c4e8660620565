/* Addresses of interfaces, the routes that follow from them, and waiting for the first one. */
#include <az/clock.h>
#include <az/heap.h>
#include <az/log.h>
#include <errno.h>

#include "ipv4_parts.h"

#define IPV4_ADDRESS_WAIT AZ_SECONDS(10)

struct ipv4_interface *ipv4_interfaces;
uint32_t az_ipv4_generation = 1;
static struct az_wait_queue ipv4_configured = AZ_WAIT_QUEUE_INIT;
static bool ipv4_expected; /* an address is on its way */

void az_ipv4_configure(struct az_netdev *device, const struct az_ipv4_config *config)
{
    struct ipv4_interface *interface = device->ipv4;

    if (!interface) {
        struct ipv4_interface **end = &ipv4_interfaces;
        interface = az_heap_zalloc(sizeof(*interface));
        if (!interface)
            return; /* like a link that stays down; who waits for an address is told at the deadline */
        interface->device = device;
        device->ipv4 = interface;
        while (*end)
            end = &(*end)->next;
        *end = interface;
    }
    interface->config = *config;
    az_ipv4_generation++;
    az_wake(&ipv4_configured, 0);
}

const struct az_ipv4_config *az_ipv4_config(const struct az_netdev *device)
{
    for (struct ipv4_interface *i = ipv4_interfaces; i; i = i->next) {
        bool wanted = device ? i->device == device : !(i->device->flags & AZ_NETDEV_LOOPBACK);
        if (wanted && i->config.address)
            return &i->config;
    }
    return NULL;
}

void az_ipv4_config_expect(void)
{
    ipv4_expected = true;
}

bool az_ipv4_config_pending(void)
{
    return ipv4_expected && !az_ipv4_config(NULL);
}

bool az_ipv4_is_local(az_ip4 address)
{
    if (az_ip4_is_loopback(address))
        return true;
    for (struct ipv4_interface *i = ipv4_interfaces; i; i = i->next) {
        if (i->config.address && i->config.address == address)
            return true;
    }
    return false;
}

static int ipv4_route_found(struct ipv4_interface *interface, az_ip4 source, az_ip4 next_hop, struct az_ipv4_route *out)
{
    uint16_t mtu = interface->device->mtu;
    if (interface->config.mtu && interface->config.mtu < mtu)
        mtu = interface->config.mtu;
    out->device = interface->device;
    out->source = source ? source : interface->config.address;
    out->next_hop = next_hop;
    out->mtu = mtu;
    return 0;
}

static int ipv4_route_local(az_ip4 source, struct az_ipv4_route *out)
{
    for (struct ipv4_interface *i = ipv4_interfaces; i; i = i->next) {
        if (i->device->flags & AZ_NETDEV_LOOPBACK)
            return ipv4_route_found(i, source ? source : out->destination, out->destination, out);
    }
    return -ENETUNREACH;
}

int az_ipv4_route(az_ip4 destination, az_ip4 source, struct az_ipv4_route *out)
{
    struct ipv4_interface *gateway = NULL;

    out->generation = az_ipv4_generation;
    out->broadcast = destination == AZ_IP4_BROADCAST;
    out->destination = destination ? destination : AZ_IP4(127, 0, 0, 1); /* as on Linux */
    if (source && !az_ipv4_is_local(source))
        return -EADDRNOTAVAIL;
    if (az_ipv4_is_local(out->destination))
        return ipv4_route_local(source, out);
    for (struct ipv4_interface *i = ipv4_interfaces; i; i = i->next) {
        if (!i->config.address || i->device->flags & AZ_NETDEV_LOOPBACK)
            continue;
        if (ipv4_is_subnet_broadcast(&i->config, destination))
            out->broadcast = true;
        if (out->broadcast ? !source || source == i->config.address || ipv4_on_link(&i->config, destination)
                           : ipv4_on_link(&i->config, destination))
            return ipv4_route_found(i, source, destination, out);
        if (i->config.gateway && (!gateway || source == i->config.address))
            gateway = i;
    }
    if (!gateway || out->broadcast || az_ip4_is_multicast(destination))
        return -ENETUNREACH;
    return ipv4_route_found(gateway, source, gateway->config.gateway, out);
}

int az_ipv4_wait_address(az_time deadline)
{
    for (bool said = false;; said = true) {
        uint32_t ticket = az_wait_ticket(&ipv4_configured);
        if (az_ipv4_config(NULL))
            return 0;
        if (!ipv4_expected)
            return -ENETUNREACH;
        if (!said)
            az_log("waiting for an IPv4 address");
        int error = az_wait(&ipv4_configured, ticket, deadline, AZ_WAIT_SIGNALS);
        if (error == -ETIMEDOUT)
            return -ENETUNREACH;
        if (error)
            return error;
    }
}

int az_ipv4_route_wait(az_ip4 destination, az_ip4 source, struct az_ipv4_route *out)
{
    int error = az_ipv4_route(destination, source, out);
    if (error != -ENETUNREACH || !az_ipv4_config_pending() || az_ip4_is_loopback(out->destination))
        return error;
    error = az_ipv4_wait_address(az_clock_now() + IPV4_ADDRESS_WAIT);
    if (error == -ENETUNREACH) {
        ipv4_expected = false; /* whoever comes next is told at once */
        az_log("no IPv4 address after 10 s: is there a DHCP server?");
    }
    return error ? error : az_ipv4_route(destination, source, out);
}
