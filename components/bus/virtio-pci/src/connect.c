/* Choosing how a function interrupts: virtio 1.2, section 4.1.5.1.2. */
#include <errno.h>

#include "virtio-pci.h"

#define CONFIG_VECTOR 0x10u /* in the common configuration */

enum { MESSAGE_CONFIG, MESSAGE_QUEUES };

static int connect_messages(struct virtio_pci *function)
{
    const struct az_virtio_region *common = &function->device.registers;
    int error = az_pci_msix_start(&function->pci, &function->msix);
    if (error)
        return error;
    error = az_pci_msix_connect(&function->msix, MESSAGE_QUEUES, 0, virtio_queues_interrupted, function);
    if (!error)
        error = az_pci_msix_connect(&function->msix, MESSAGE_CONFIG, 0, virtio_config_interrupted,
                                    function);
    if (!error) {
        az_virtio_region_write(common, CONFIG_VECTOR, 2, MESSAGE_CONFIG);
        if (az_virtio_region_read(common, CONFIG_VECTOR, 2) != MESSAGE_CONFIG)
            error = -ENODEV;
    }
    if (error) {
        az_pci_msix_stop(&function->pci);
        return error;
    }
    function->device.queue_vector = MESSAGE_QUEUES;
    return 0;
}

int virtio_pci_connect(struct az_virtio_device *device)
{
    struct virtio_pci *function = (struct virtio_pci *)device;
    if (connect_messages(function) == 0)
        return 0;
    struct az_irq_source source;
    int error = az_pci_irq(&function->pci, &source);
    if (error)
        return error;
    return az_irq_connect(&source, 0, virtio_pin_interrupted, device);
}
