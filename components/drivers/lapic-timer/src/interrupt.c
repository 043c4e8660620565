/* Waking the processor is all there is to do. */
#include "interrupt.h"

#include <az/lapic.h>

void lapic_timer_interrupted(unsigned vector, void *arg)
{
    (void)vector;
    (void)arg;
    az_lapic_write(AZ_LAPIC_EOI, 0);
}
