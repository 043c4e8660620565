/* Finding functions: bus 0, and the buses behind the bridges on the way. PCI-to-PCI Bridge 1.2, section 3.2.5. */
#include <errno.h>

#include <az/log.h>
#include <az/self.h>

#include "config.h"

#define SLOTS 32u
#define FUNCTIONS 8u
#define DEPTH_MAX 8u /* of bridges below bridges */

static uint8_t last_bus; /* highest number seen or given */

static void scan_bus(const struct az_pci_device *bridge, unsigned bus, unsigned depth);

static void offer(const struct az_pci_device *device)
{
    for (const struct az_pci_driver *driver = az_pci_drivers; driver->probe; driver++) {
        if (driver->vendor != device->vendor || driver->device != device->device)
            continue;
        int error = driver->probe(device);
        if (error == 0)
            return;
        if (error != -ENODEV)
            az_log("pci %02x:%02x.%u: %04x:%04x: error %d", device->bus, device->slot,
                   device->function, device->vendor, device->device, -error);
    }
}

/* Scans behind a bridge, giving it a bus number first when it has none. Only numbers above all before are followed: no loops. */
static void follow(const struct az_pci_device *bridge, unsigned depth)
{
    if (depth == DEPTH_MAX || last_bus == UINT8_MAX)
        return;
    uint32_t numbers = az_pci_read32(bridge, PCI_BUS_NUMBERS);
    unsigned secondary = numbers >> 8 & 0xff;
    bool is_new = secondary == 0;
    if (is_new) {
        secondary = last_bus + 1u;
        numbers = (numbers & 0xff000000u) | 0xff0000u | secondary << 8 | bridge->bus;
        az_pci_write32(bridge, PCI_BUS_NUMBERS, numbers);
    } else if (secondary <= last_bus) {
        return;
    }
    last_bus = (uint8_t)secondary;
    scan_bus(bridge, secondary, depth + 1);
    if (is_new) /* it need not pass on more than lies behind it */
        az_pci_write32(bridge, PCI_BUS_NUMBERS,
                       (numbers & 0xff00ffffu) | (uint32_t)last_bus << 16);
}

/* Looks at one function; false when there is none. */
static bool scan_function(struct az_pci_device *device, unsigned depth, bool *out_many)
{
    uint32_t id = az_pci_read32(device, PCI_VENDOR_DEVICE);
    if ((id & 0xffff) == 0xffff || id == 0)
        return false;
    uint8_t header = az_pci_read8(device, PCI_HEADER_TYPE);
    *out_many = header & PCI_HEADER_MANY;
    device->vendor = (uint16_t)id;
    device->device = (uint16_t)(id >> 16);
    if ((header & ~PCI_HEADER_MANY) == PCI_HEADER_BRIDGE) {
        follow(device, depth);
    } else {
        device->class_revision = az_pci_read32(device, PCI_CLASS_REVISION);
        offer(device);
    }
    return true;
}

static void scan_bus(const struct az_pci_device *bridge, unsigned bus, unsigned depth)
{
    for (unsigned slot = 0; slot < SLOTS; slot++) {
        bool many = true;
        for (unsigned function = 0; function < FUNCTIONS && many; function++) {
            struct az_pci_device device = {
                .bus = (uint8_t)bus,
                .slot = (uint8_t)slot,
                .function = (uint8_t)function,
                .root_slot = bridge ? bridge->root_slot : (uint8_t)slot,
                .pin_shift = bridge ? (uint8_t)(bridge->pin_shift + slot) : 0,
            };
            bool found_many = false;
            if (!scan_function(&device, depth, &found_many) && function == 0)
                break;
            if (function == 0)
                many = found_many;
        }
    }
}

int az_pci_init(void)
{
    if (pci_config_present())
        scan_bus(NULL, 0, 0);
    return 0;
}
