/* Interrupts that arrive at the local APIC. */
#include "dispatch.h"

#include <az/lapic.h>

void lapic_message_arrived(unsigned vector, void *arg)
{
    (void)vector;
    const struct lapic_message *message = arg;
    message->handler(message->arg);
    az_lapic_write(AZ_LAPIC_EOI, 0);
}

void lapic_spurious(unsigned vector, void *arg)
{
    (void)vector;
    (void)arg; /* needs no end of interrupt: section 11.9 */
}
