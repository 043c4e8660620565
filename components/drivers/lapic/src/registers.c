/* Registers of the local APIC: Intel SDM volume 3, sections 11.4 (memory) and 11.12 (x2APIC). */
#include "lapic.h"

#include <az/arch.h>

#define MSR_X2APIC 0x800u

volatile uint32_t *lapic_window;

uint32_t az_lapic_read(enum az_lapic_register reg)
{
    return lapic_window ? lapic_window[reg / 4] : (uint32_t)az_msr_read(MSR_X2APIC + reg / 16);
}

void az_lapic_write(enum az_lapic_register reg, uint32_t value)
{
    if (lapic_window)
        lapic_window[reg / 4] = value;
    else
        az_msr_write(MSR_X2APIC + reg / 16, value);
}

uint32_t az_lapic_id(void)
{
    uint32_t id = az_lapic_read(AZ_LAPIC_ID);
    return lapic_window ? id >> 24 : id;
}
