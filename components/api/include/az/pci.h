/* PCI functions. Provided by bus/pci, which follows bridges from bus 0 and calls the drivers in its generated table. */
#ifndef AZ_PCI_H
#define AZ_PCI_H

#include <az/irq.h>

struct az_pci_device {
    uint8_t bus, slot, function;
    uint16_t vendor, device;
    uint32_t class_revision;
    uint8_t bars_mapped;
};

/* A base address register: port or memory space, with its size. */
struct az_pci_bar {
    bool is_port;
    uint16_t port;
    az_phys phys;
    uint64_t bytes;
};

uint32_t az_pci_read32(const struct az_pci_device *device, unsigned offset);
uint16_t az_pci_read16(const struct az_pci_device *device, unsigned offset);
uint8_t az_pci_read8(const struct az_pci_device *device, unsigned offset);
void az_pci_write32(const struct az_pci_device *device, unsigned offset, uint32_t value);
void az_pci_write16(const struct az_pci_device *device, unsigned offset, uint16_t value);

/* Offset of the first capability `id` after `after` (0: from the start); 0 when there is none. */
unsigned az_pci_capability(const struct az_pci_device *device, uint8_t id, unsigned after);
/* Decodes and sizes BAR `index`, giving it an address when the firmware has not. Errors: -ENODEV, -ENOSPC. */
AZ_MUST_USE int az_pci_bar(const struct az_pci_device *device, unsigned index, struct az_pci_bar *out);
/* Turns on port, memory and bus-master access. */
void az_pci_enable(const struct az_pci_device *device);
/* The interrupt source of its pin. Errors: -ENODEV when it has none. */
AZ_MUST_USE int az_pci_irq(const struct az_pci_device *device, struct az_irq_source *out);

/* Generated from `binds: { pci: ['1af4:1041'] }`; ends with probe NULL. probe: 0 taken, -ENODEV not mine, other errors logged. */
struct az_pci_driver {
    uint16_t vendor, device;
    int (*probe)(const struct az_pci_device *device);
};
extern const struct az_pci_driver az_pci_drivers[];

#endif
