/* In interrupt context: the line goes down when its interrupt is off; input.c's poll finds what arrived. */
#include <az/arch.h>

#include "uart.h"

void az_ns16550_interrupt(void *arg);

void az_ns16550_interrupt(void *arg)
{
    (void)arg;
    az_out8(UART_INTERRUPTS, 0);
}
