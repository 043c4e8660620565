/* Shared by the files of drivers/lapic. */
#ifndef LAPIC_H
#define LAPIC_H

#include <az/lapic.h>

#define LAPIC_SPURIOUS_VECTOR 0xffu /* the low four bits are ones on every processor */

/* NULL in x2APIC mode, when registers are MSRs. */
extern volatile uint32_t *lapic_window;

#endif
