/*
 * Input: looked for by polling; before the CPU sleeps the receive interrupt is turned on, and its handler turns it off again,
 * which is all the acknowledgement a 16550 needs. On a machine where no controller takes its line it is polled while others
 * sleep. Bytes stay in the UART until somebody reads them.
 */
#include <errno.h>
#include <poll.h>

#include <az/arch.h>
#include <az/console.h>
#include <az/irq.h>
#include <az/self.h>
#include <az/wait.h>

#include "uart.h"

void az_ns16550_interrupt(void *arg); /* interrupt.c */

bool uart_input_announced;

static bool received(void)
{
    return az_in8(UART_STATUS) & STATUS_RECEIVED;
}

static bool input_poll(void *arg)
{
    (void)arg;
    bool there = received();
    bool fresh = there && !uart_input_announced;
    uart_input_announced = there;
    if (fresh)
        az_wake(&az_console_input, POLLIN);
    return fresh;
}

static bool input_arm(void *arg, bool on)
{
    (void)arg;
    if (on && received() && !uart_input_announced)
        return false;
    az_out8(UART_INTERRUPTS, on && !uart_input_announced ? INTERRUPTS_RECEIVED : 0);
    return true;
}

static struct az_poll_source source = {.poll = input_poll, .arm = input_arm};

int az_ns16550_input_init(void)
{
    const struct az_irq_source line = {.kind = AZ_IRQ_ISA, .line = UART_IRQ};
    if (!UART_HAS_INPUT || az_in8(UART_STATUS) == STATUS_ABSENT)
        return 0;
    int error = az_irq_connect(&line, 0, az_ns16550_interrupt, NULL);
    if (error == -ENODEV)
        source.arm = NULL;
    else if (error)
        return error;
    az_poll_source_register(&source);
    return 0;
}
