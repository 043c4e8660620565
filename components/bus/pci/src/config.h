/* Registers of configuration space (PCI Local Bus 3.0, chapter 6), and whether it can be reached. */
#ifndef CONFIG_H
#define CONFIG_H

#include <az/pci.h>

#define PCI_VENDOR_DEVICE 0x00u
#define PCI_COMMAND 0x04u
#define PCI_STATUS 0x06u
#define PCI_CLASS_REVISION 0x08u
#define PCI_HEADER_TYPE 0x0eu
#define PCI_BAR_0 0x10u
#define PCI_BUS_NUMBERS 0x18u /* bridges: primary, secondary, subordinate, latency timer */
#define PCI_CAPABILITIES 0x34u
#define PCI_INTERRUPT_LINE 0x3cu
#define PCI_INTERRUPT_PIN 0x3du

#define PCI_COMMAND_PORTS 0x0001u
#define PCI_COMMAND_MEMORY 0x0002u
#define PCI_COMMAND_MASTER 0x0004u
#define PCI_COMMAND_NO_PIN 0x0400u
#define PCI_STATUS_CAPABILITIES 0x0010u
#define PCI_HEADER_MANY 0x80u
#define PCI_HEADER_BRIDGE 0x01u

#define PCI_CAPABILITY_MSIX 0x11u

/* True when mechanism 1 answers. */
bool pci_config_present(void);

/* Line of the i8259 pair that pin `pin` of slot `slot` on bus 0 is wired to; 0 when nobody knows. Context: thread. */
unsigned pci_route(unsigned slot, unsigned pin);

#endif
