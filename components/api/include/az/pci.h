/* PCI functions. Provided by bus/pci, which follows bridges from bus 0 and calls the drivers in its generated table. */
#ifndef AZ_PCI_H
#define AZ_PCI_H

#include <az/irq.h>

/* One function. Handed to probes by the bus for the time of the call: a driver that takes it keeps a copy. */
struct az_pci_device {
    uint8_t bus, slot, function;
    uint16_t vendor, device;
    uint32_t class_revision;
    /* The way up to bus 0, for its interrupt pin: what bridges made of slot and pin. */
    uint8_t root_slot, pin_shift;
};

/* A base address register: port or memory space, with its size. */
struct az_pci_bar {
    bool is_port;
    uint16_t port;
    az_phys phys;
    uint64_t bytes;
};

/* Configuration space, below offset 256, naturally aligned. Context: thread. */
uint32_t az_pci_read32(const struct az_pci_device *device, unsigned offset);
uint16_t az_pci_read16(const struct az_pci_device *device, unsigned offset);
uint8_t az_pci_read8(const struct az_pci_device *device, unsigned offset);
void az_pci_write32(const struct az_pci_device *device, unsigned offset, uint32_t value);
void az_pci_write16(const struct az_pci_device *device, unsigned offset, uint16_t value);

/* Offset of the first capability `id` after the one at `after` (0: from the start); 0 when there is none. */
unsigned az_pci_capability(const struct az_pci_device *device, uint8_t id, unsigned after);
/*
 * Decodes and sizes BAR `index` (0 to 5), its decoding off meanwhile: before the driver uses the device. Errors: -ENODEV: no
 * such BAR; -ENOSPC: the firmware gave it no address (az gives out none: the free windows are known to AML alone).
 */
AZ_MUST_USE int az_pci_bar(const struct az_pci_device *device, unsigned index, struct az_pci_bar *out);
/* Turns on port, memory and bus-master access. */
void az_pci_enable(const struct az_pci_device *device);

/* The interrupt source of its pin. Errors: -ENODEV when it has none. */
AZ_MUST_USE int az_pci_irq(const struct az_pci_device *device, struct az_irq_source *out);

/* MSI-X of one device, in use. */
struct az_pci_msix {
    volatile uint32_t *table; /* 4 words for each entry */
    unsigned entries;
};
/* Turns MSI-X on, every entry masked, and the pin off. Errors: -ENODEV: no MSI-X; az_pci_bar() and az_mmio_map()'s. */
AZ_MUST_USE int az_pci_msix_start(const struct az_pci_device *device, struct az_pci_msix *out);
/* Connects and unmasks entry `entry`. Errors: -EINVAL: no such entry; az_irq_connect_message()'s. */
AZ_MUST_USE int az_pci_msix_connect(const struct az_pci_msix *msix, unsigned entry, unsigned cpu, az_irq_handler *handler,
                                    void *arg);
/* Turns MSI-X off again. */
void az_pci_msix_stop(const struct az_pci_device *device);

/* Generated from `binds: { pci: ['1af4:1041'] }`; ends with probe NULL. probe: 0 taken, -ENODEV not mine, other errors logged. */
struct az_pci_driver {
    uint16_t vendor, device;
    int (*probe)(const struct az_pci_device *device);
};
extern const struct az_pci_driver az_pci_drivers[];

#endif
