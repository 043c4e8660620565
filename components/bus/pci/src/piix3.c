/*
 * The interrupt router of the PIIX3 (Intel 290562, section 2.1.9), for machines whose firmware has not set it up: v86 has none. Pin p
 * of slot s is wired to PIRQ (p - 1 + s - 1) mod 4, as on every board that QEMU, Bochs and v86 copy.
 */
#include "config.h"

#define PIIX3_ID 0x70008086u
#define PIRQ_ROUTES 0x60u /* one byte each: line, bit 7 off */
#define PIRQ_OFF 0x80u
#define PIRQ_ROUTES_DEFAULT 0x0b0b0a0au /* as SeaBIOS: lines 10, 10, 11, 11 */

static const struct az_pci_device piix3 = {.bus = 0, .slot = 1, .function = 0};

static bool is_route(uint8_t route)
{
    return !(route & PIRQ_OFF) && (route & 15) > 2;
}

unsigned pci_route(unsigned slot, unsigned pin)
{
    if (az_pci_read32(&piix3, PCI_VENDOR_DEVICE) != PIIX3_ID)
        return 0;
    unsigned offset = PIRQ_ROUTES + (pin - 1 + slot + 3) % 4;
    if (!is_route(az_pci_read8(&piix3, offset)))
        az_pci_write32(&piix3, PIRQ_ROUTES, PIRQ_ROUTES_DEFAULT);
    return az_pci_read8(&piix3, offset) & 15;
}
