/* The local APIC of this CPU: registers, end of interrupt. Provided by drivers/lapic. */
#ifndef AZ_LAPIC_H
#define AZ_LAPIC_H

#include <az/base.h>

/* Registers, by offset of the memory-mapped form (Intel SDM volume 3, chapter 11). */
enum az_lapic_register {
    AZ_LAPIC_ID = 0x20,
    AZ_LAPIC_VERSION = 0x30,
    AZ_LAPIC_EOI = 0xb0,
    AZ_LAPIC_SPURIOUS = 0xf0,
    AZ_LAPIC_LVT_TIMER = 0x320,
    AZ_LAPIC_LVT_LINT0 = 0x350,
    AZ_LAPIC_LVT_ERROR = 0x370,
    AZ_LAPIC_TIMER_INITIAL = 0x380,
    AZ_LAPIC_TIMER_CURRENT = 0x390,
    AZ_LAPIC_TIMER_DIVIDE = 0x3e0,
};

/* Finds and enables it, once; the i8259 stays connected through LINT0. Context: thread. Errors: -ENODEV, az_mmio_map()'s. */
AZ_MUST_USE int az_lapic_start(void);
/* After az_lapic_start(). Context: any. */
uint32_t az_lapic_read(enum az_lapic_register reg);
void az_lapic_write(enum az_lapic_register reg, uint32_t value);
/* The APIC id, as messages and the IOAPIC name a destination. */
uint32_t az_lapic_id(void);

#endif
