/* Interrupts by message: PCI Local Bus 3.0, section 6.8.2. */
#include <errno.h>

#include <az/phys.h>

#include "config.h"

#define CONTROL 2u
#define CONTROL_ENABLE 0x8000u
#define CONTROL_SIZE 0x07ffu
#define TABLE 4u
#define TABLE_BAR 7u

#define ENTRY_WORDS 4u
enum { ADDRESS_LOW, ADDRESS_HIGH, DATA, VECTOR_CONTROL };
#define VECTOR_MASKED 1u

static void set_command(const struct az_pci_device *device, uint16_t clear, uint16_t set)
{
    uint16_t command = az_pci_read16(device, PCI_COMMAND);
    az_pci_write16(device, PCI_COMMAND, (uint16_t)((command & ~clear) | set));
}

int az_pci_msix_start(const struct az_pci_device *device, struct az_pci_msix *out)
{
    unsigned capability = az_pci_capability(device, PCI_CAPABILITY_MSIX, 0);
    if (!capability)
        return -ENODEV;
    uint16_t control = az_pci_read16(device, capability + CONTROL);
    uint32_t table = az_pci_read32(device, capability + TABLE);
    unsigned entries = (control & CONTROL_SIZE) + 1u;
    size_t bytes = entries * ENTRY_WORDS * 4;
    uint32_t offset = table & ~TABLE_BAR;

    struct az_pci_bar bar;
    int error = az_pci_bar(device, table & TABLE_BAR, &bar);
    if (error)
        return error;
    if (bar.is_port || offset > bar.bytes || bytes > bar.bytes - offset)
        return -ENODEV;
    volatile void *window;
    error = az_mmio_map(az_phys_add(bar.phys, offset), bytes, &window);
    if (error)
        return error;

    set_command(device, 0, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | PCI_COMMAND_NO_PIN);
    *out = (struct az_pci_msix){window, entries};
    for (unsigned i = 0; i < entries; i++)
        out->table[i * ENTRY_WORDS + VECTOR_CONTROL] = VECTOR_MASKED;
    az_pci_write16(device, capability + CONTROL, control | CONTROL_ENABLE);
    return 0;
}

int az_pci_msix_connect(const struct az_pci_msix *msix, unsigned entry, unsigned cpu,
                        az_irq_handler *handler, void *arg)
{
    if (entry >= msix->entries)
        return -EINVAL;
    struct az_irq_message message;
    int error = az_irq_connect_message(cpu, handler, arg, &message);
    if (error)
        return error;
    volatile uint32_t *words = msix->table + entry * ENTRY_WORDS;
    words[ADDRESS_LOW] = (uint32_t)message.address;
    words[ADDRESS_HIGH] = (uint32_t)(message.address >> 32);
    words[DATA] = message.data;
    words[VECTOR_CONTROL] = 0;
    return 0;
}

void az_pci_msix_stop(const struct az_pci_device *device)
{
    unsigned capability = az_pci_capability(device, PCI_CAPABILITY_MSIX, 0);
    if (!capability)
        return;
    uint16_t control = az_pci_read16(device, capability + CONTROL);
    az_pci_write16(device, capability + CONTROL, control & (uint16_t)~CONTROL_ENABLE);
    set_command(device, PCI_COMMAND_NO_PIN, 0);
}
