/* What drivers ask of a function: capabilities, base addresses, its interrupt. PCI Local Bus 3.0, chapter 6. */
#include <errno.h>

#include "config.h"

#define CAPABILITIES_MAX 48u /* as many as fit into configuration space */
#define BARS 6u

#define BAR_PORT 1u
#define BAR_TYPE 6u
#define BAR_TYPE_64 4u
#define BAR_PORT_FLAGS 3u
#define BAR_MEMORY_FLAGS 15u

unsigned az_pci_capability(const struct az_pci_device *device, uint8_t id, unsigned after)
{
    if (!(az_pci_read16(device, PCI_STATUS) & PCI_STATUS_CAPABILITIES))
        return 0;
    unsigned offset = after ? az_pci_read8(device, after + 1) : az_pci_read8(device, PCI_CAPABILITIES);
    for (unsigned i = 0; i < CAPABILITIES_MAX; i++) {
        offset &= ~3u;
        if (offset < 0x40)
            return 0;
        uint16_t header = az_pci_read16(device, offset);
        if ((header & 0xff) == id)
            return offset;
        offset = header >> 8;
    }
    return 0;
}

/* The bits of a BAR that can be written. */
static uint32_t bar_mask(const struct az_pci_device *device, unsigned offset)
{
    uint32_t value = az_pci_read32(device, offset);
    az_pci_write32(device, offset, UINT32_MAX);
    uint32_t mask = az_pci_read32(device, offset);
    az_pci_write32(device, offset, value);
    return mask;
}

int az_pci_bar(const struct az_pci_device *device, unsigned index, struct az_pci_bar *out)
{
    unsigned offset = PCI_BAR_0 + index * 4;
    if (index >= BARS)
        return -ENODEV;
    uint32_t low = az_pci_read32(device, offset);
    bool is_port = low & BAR_PORT;
    bool is_wide = !is_port && (low & BAR_TYPE) == BAR_TYPE_64;
    if (is_wide && index + 1 == BARS)
        return -ENODEV;

    uint16_t command = az_pci_read16(device, PCI_COMMAND);
    az_pci_write16(device, PCI_COMMAND,
                   (uint16_t)(command & ~(PCI_COMMAND_PORTS | PCI_COMMAND_MEMORY)));
    uint64_t mask = bar_mask(device, offset);
    mask |= (uint64_t)(is_wide ? bar_mask(device, offset + 4) : UINT32_MAX) << 32;
    az_pci_write16(device, PCI_COMMAND, command);

    uint64_t address = low;
    if (is_wide)
        address |= (uint64_t)az_pci_read32(device, offset + 4) << 32;
    uint32_t flags = is_port ? BAR_PORT_FLAGS : BAR_MEMORY_FLAGS;
    if ((uint32_t)mask == 0 && !is_wide)
        return -ENODEV;
    if (is_port)
        mask |= 0xffff0000u; /* functions may leave the upper half out */
    address &= ~(uint64_t)flags;
    uint64_t bytes = ~(mask & ~(uint64_t)flags) + 1;
    if (bytes == 0)
        return -ENODEV;
    if (address == 0 || (is_port && address > 0xffff))
        return -ENOSPC;
    *out = (struct az_pci_bar){
        .is_port = is_port,
        .port = is_port ? (uint16_t)address : 0,
        .phys = az_phys_of(is_port ? 0 : address),
        .bytes = bytes,
    };
    return 0;
}

void az_pci_enable(const struct az_pci_device *device)
{
    uint16_t command = az_pci_read16(device, PCI_COMMAND);
    az_pci_write16(device, PCI_COMMAND,
                   command | PCI_COMMAND_PORTS | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
}

int az_pci_irq(const struct az_pci_device *device, struct az_irq_source *out)
{
    unsigned pin = az_pci_read8(device, PCI_INTERRUPT_PIN);
    if (pin < 1 || pin > 4)
        return -ENODEV;
    unsigned line = az_pci_read8(device, PCI_INTERRUPT_LINE);
    if (line == 0 || line > 15)
        line = pci_route(device->root_slot, (pin - 1 + device->pin_shift) % 4 + 1);
    *out = (struct az_irq_source){
        .kind = AZ_IRQ_PCI_PIN,
        .line = line,
        .bus = device->bus,
        .device = device->slot,
        .pin = pin,
    };
    return 0;
}
