/* An interrupt on a line: the end of interrupt goes to the local APIC, which tells the I/O APIC about level-triggered ones. */
#include "dispatch.h"

#include <az/lapic.h>

void ioapic_line_rose(unsigned vector, void *arg)
{
    (void)vector;
    const struct ioapic_line *line = arg;
    line->handler(line->arg);
    az_lapic_write(AZ_LAPIC_EOI, 0);
}
