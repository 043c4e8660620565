/* From a PCI function to a virtio device: virtio 1.2, sections 4.1.2 (ids) and 4.1.4 (capabilities). */
#include <errno.h>

#include <az/heap.h>
#include <az/log.h>
#include <az/phys.h>
#include <az/self.h>

#include "device.h"

#define DEVICE_ID_MODERN 0x1040u /* plus the type */
#define PCI_SUBSYSTEM_ID 0x2eu   /* the type of transitional devices */

#define PCI_CAPABILITY_VENDOR 0x09u
#define CAPABILITY_BYTES 2u
#define CAPABILITY_TYPE 3u
#define CAPABILITY_BAR 4u
#define CAPABILITY_OFFSET 8u
#define CAPABILITY_REGION_BYTES 12u
#define CAPABILITY_NOTIFY_MULTIPLIER 16u
#define CAPABILITY_BYTES_MIN 16u
enum { TYPE_COMMON = 1, TYPE_NOTIFY = 2, TYPE_ISR = 3, TYPE_DEVICE = 4 };

#define CAPABILITIES_MAX 16u
#define REGION_BYTES_MAX (1u << 20)

static const struct az_virtio_driver *find_driver(const struct az_pci_device *pci)
{
    unsigned type = pci->device >= DEVICE_ID_MODERN ? pci->device - DEVICE_ID_MODERN
                                                    : az_pci_read16(pci, PCI_SUBSYSTEM_ID);
    for (const struct az_virtio_driver *driver = az_virtio_drivers; driver->probe; driver++)
        if (driver->type == type)
            return driver;
    return NULL;
}

/* Errors: -ENODEV: the capability makes no sense or names no BAR; az_mmio_map()'s. */
static int map_region(const struct az_pci_device *pci, unsigned capability,
                      struct virtio_region *out)
{
    uint32_t offset = az_pci_read32(pci, capability + CAPABILITY_OFFSET);
    uint32_t bytes = az_pci_read32(pci, capability + CAPABILITY_REGION_BYTES);
    struct az_pci_bar bar;
    int error = az_pci_bar(pci, az_pci_read8(pci, capability + CAPABILITY_BAR), &bar);
    if (error)
        return error;
    if (bytes == 0 || offset > bar.bytes || bytes > bar.bytes - offset || offset % 4)
        return -ENODEV;
    *out = (struct virtio_region){.bytes = AZ_MIN(bytes, REGION_BYTES_MAX)};
    if (bar.is_port) {
        if (offset + bytes > 0x10000u - bar.port)
            return -ENODEV;
        out->port = (uint16_t)(bar.port + offset);
        return 0;
    }
    volatile void *window;
    error = az_mmio_map(az_phys_add(bar.phys, offset), out->bytes, &window);
    out->memory = window;
    return error;
}

/* Takes the first usable structure of each type, as section 4.1.4 asks. */
static void map_regions(struct az_virtio_device *device)
{
    const struct az_pci_device *pci = &device->pci;
    unsigned capability = 0;
    for (unsigned i = 0; i < CAPABILITIES_MAX; i++) {
        capability = az_pci_capability(pci, PCI_CAPABILITY_VENDOR, capability);
        if (!capability)
            return;
        uint8_t bytes = az_pci_read8(pci, capability + CAPABILITY_BYTES);
        uint8_t type = az_pci_read8(pci, capability + CAPABILITY_TYPE);
        struct virtio_region *region = type == TYPE_COMMON   ? &device->common
                                       : type == TYPE_NOTIFY ? &device->notify
                                       : type == TYPE_ISR    ? &device->isr
                                       : type == TYPE_DEVICE ? &device->config
                                                             : NULL;
        if (!region || region->bytes || bytes < CAPABILITY_BYTES_MIN)
            continue;
        if (map_region(pci, capability, region) != 0)
            region->bytes = 0;
        else if (type == TYPE_NOTIFY)
            device->notify_multiplier = az_pci_read32(pci, capability + CAPABILITY_NOTIFY_MULTIPLIER);
    }
}

int az_virtio_pci_probe(const struct az_pci_device *pci)
{
    const struct az_virtio_driver *driver = find_driver(pci);
    if (!driver)
        return -ENODEV;
    struct az_virtio_device *device = az_heap_zalloc(sizeof *device);
    if (!device)
        return -ENOMEM;
    device->pci = *pci;
    device->queue_vector = VIRTIO_NO_VECTOR;
    map_regions(device);
    int error = -ENODEV; /* legacy only */
    if (device->common.bytes >= COMMON_BYTES && device->notify.bytes && device->isr.bytes) {
        az_pci_enable(pci);
        error = driver->probe(device);
        if (!error)
            return 0;
        virtio_reset(device);
        if (device->queue_vector != VIRTIO_NO_VECTOR)
            az_pci_msix_stop(pci);
    }
    /* Interrupts stay connected for good: their handlers may still look at the device. */
    if (!device->handler)
        az_heap_free(device, sizeof *device);
    return error;
}
