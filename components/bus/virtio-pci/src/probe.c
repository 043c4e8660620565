/* From a PCI function to a virtio device: virtio 1.2, sections 4.1.2 (ids) and 4.1.4 (capabilities). */
#include <errno.h>

#include <az/heap.h>
#include <az/phys.h>
#include <az/self.h>

#include "virtio-pci.h"

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

/* Common configuration: section 4.1.4.3. */
#define COMMON_BYTES 0x38u

static const struct az_virtio_transport transport = {
    .field =
        {
            [AZ_VIRTIO_DEVICE_FEATURE_SELECT] = {0x00, 4},
            [AZ_VIRTIO_DEVICE_FEATURE] = {0x04, 4},
            [AZ_VIRTIO_DRIVER_FEATURE_SELECT] = {0x08, 4},
            [AZ_VIRTIO_DRIVER_FEATURE] = {0x0c, 4},
            [AZ_VIRTIO_STATUS] = {0x14, 1},
            [AZ_VIRTIO_CONFIG_GENERATION] = {0x15, 1},
            [AZ_VIRTIO_QUEUE_SELECT] = {0x16, 2},
            [AZ_VIRTIO_QUEUE_SIZE_MAX] = {0x18, 2},
            [AZ_VIRTIO_QUEUE_SIZE] = {0x18, 2},
            [AZ_VIRTIO_QUEUE_VECTOR] = {0x1a, 2},
            [AZ_VIRTIO_QUEUE_ENABLE] = {0x1c, 2},
            [AZ_VIRTIO_QUEUE_NOTIFY_OFFSET] = {0x1e, 2},
            [AZ_VIRTIO_QUEUE_DESCRIPTORS] = {0x20, 4},
            [AZ_VIRTIO_QUEUE_DESCRIPTORS_HIGH] = {0x24, 4},
            [AZ_VIRTIO_QUEUE_DRIVER] = {0x28, 4},
            [AZ_VIRTIO_QUEUE_DRIVER_HIGH] = {0x2c, 4},
            [AZ_VIRTIO_QUEUE_DEVICE] = {0x30, 4},
            [AZ_VIRTIO_QUEUE_DEVICE_HIGH] = {0x34, 4},
        },
    .notify_bytes = 2,
    .connect = virtio_pci_connect,
};

/* Errors: -ENODEV: the capability makes no sense or names no BAR; az_mmio_map()'s. */
static int map_region(const struct az_pci_device *pci, unsigned capability,
                      struct az_virtio_region *out)
{
    uint32_t offset = az_pci_read32(pci, capability + CAPABILITY_OFFSET);
    uint32_t bytes = az_pci_read32(pci, capability + CAPABILITY_REGION_BYTES);
    struct az_pci_bar bar;
    int error = az_pci_bar(pci, az_pci_read8(pci, capability + CAPABILITY_BAR), &bar);
    if (error)
        return error;
    if (bytes == 0 || offset > bar.bytes || bytes > bar.bytes - offset || offset % 4)
        return -ENODEV;
    *out = (struct az_virtio_region){.bytes = AZ_MIN(bytes, REGION_BYTES_MAX)};
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
static void map_regions(struct virtio_pci *function)
{
    const struct az_pci_device *pci = &function->pci;
    struct az_virtio_device *device = &function->device;
    unsigned capability = 0;
    for (unsigned i = 0; i < CAPABILITIES_MAX; i++) {
        capability = az_pci_capability(pci, PCI_CAPABILITY_VENDOR, capability);
        if (!capability)
            return;
        uint8_t bytes = az_pci_read8(pci, capability + CAPABILITY_BYTES);
        uint8_t type = az_pci_read8(pci, capability + CAPABILITY_TYPE);
        struct az_virtio_region *region = type == TYPE_COMMON   ? &device->registers
                                       : type == TYPE_NOTIFY ? &device->notify
                                       : type == TYPE_ISR    ? &function->isr
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
    unsigned type = pci->device >= DEVICE_ID_MODERN ? pci->device - DEVICE_ID_MODERN
                                                    : az_pci_read16(pci, PCI_SUBSYSTEM_ID);
    const struct az_virtio_driver *driver = az_virtio_driver(type);
    if (!driver)
        return -ENODEV;
    struct virtio_pci *function = az_heap_zalloc(sizeof *function);
    if (!function)
        return -ENOMEM;
    struct az_virtio_device *device = &function->device;
    device->transport = &transport;
    function->pci = *pci;
    map_regions(function);
    int error = -ENODEV; /* legacy only */
    if (device->registers.bytes >= COMMON_BYTES && device->notify.bytes && function->isr.bytes) {
        az_pci_enable(pci);
        error = az_virtio_probe(driver, device);
        if (!error)
            return 0;
        if (device->queue_vector != AZ_VIRTIO_NO_VECTOR)
            az_pci_msix_stop(pci);
    }
    /* Interrupts stay connected for good: their handlers may still look at the device. */
    if (!device->handler)
        az_heap_free(function, sizeof *function);
    return error;
}
