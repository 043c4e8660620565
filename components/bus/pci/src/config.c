/* Configuration space through mechanism 1: PCI Local Bus 3.0, section 3.2.2.3.2. */
#include "config.h"

#include <az/arch.h>

#define ADDRESS_PORT 0xcf8u
#define DATA_PORT 0xcfcu
#define ADDRESS_ENABLE 0x80000000u

static void select_register(const struct az_pci_device *device, unsigned offset)
{
    az_out32(ADDRESS_PORT, ADDRESS_ENABLE | (uint32_t)device->bus << 16 |
                               (uint32_t)device->slot << 11 | (uint32_t)device->function << 8 |
                               (offset & 0xfcu));
}

bool pci_config_present(void)
{
    az_out32(ADDRESS_PORT, ADDRESS_ENABLE);
    return az_in32(ADDRESS_PORT) == ADDRESS_ENABLE;
}

uint32_t az_pci_read32(const struct az_pci_device *device, unsigned offset)
{
    select_register(device, offset);
    return az_in32(DATA_PORT);
}

uint16_t az_pci_read16(const struct az_pci_device *device, unsigned offset)
{
    return (uint16_t)(az_pci_read32(device, offset) >> (offset & 2u) * 8);
}

uint8_t az_pci_read8(const struct az_pci_device *device, unsigned offset)
{
    return (uint8_t)(az_pci_read32(device, offset) >> (offset & 3u) * 8);
}

void az_pci_write32(const struct az_pci_device *device, unsigned offset, uint32_t value)
{
    select_register(device, offset);
    az_out32(DATA_PORT, value);
}

void az_pci_write16(const struct az_pci_device *device, unsigned offset, uint16_t value)
{
    select_register(device, offset);
    az_out16((uint16_t)(DATA_PORT + (offset & 2u)), value);
}
