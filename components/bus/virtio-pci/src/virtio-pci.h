/* What the files of bus/virtio-pci share. */
#ifndef VIRTIO_PCI_H
#define VIRTIO_PCI_H

#include <az/pci.h>
#include <az/virtio_transport.h>

struct virtio_pci {
    struct az_virtio_device device; /* first */
    struct az_pci_device pci;
    struct az_pci_msix msix;
    struct az_virtio_region isr;
};

/* By message where the function has MSI-X, else by its pin. */
int virtio_pci_connect(struct az_virtio_device *device);

/* Interrupt handlers; `arg` is the device. */
void virtio_pin_interrupted(void *arg);
void virtio_queues_interrupted(void *arg);
void virtio_config_interrupted(void *arg);

#endif
