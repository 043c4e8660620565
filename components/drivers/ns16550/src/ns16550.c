/*
 * The first serial port as console: output is polled, a FIFO's worth at a time. A machine without the port, or one whose other
 * end has stopped listening, costs a bounded wait once and then nothing.
 */
#include <az/arch.h>
#include <az/console.h>
#include <az/self.h>

#include "uart.h"

#define DIVISOR_115200 1u
#define SPINS_MAX 1000000u /* a FIFO at 9,600 baud takes 17 ms */

static bool dead;

static bool wait_for(uint8_t status)
{
    for (unsigned spins = 0; spins < SPINS_MAX; spins++) {
        if (az_in8(UART_STATUS) & status)
            return true;
        az_cpu_relax();
    }
    dead = true;
    return false;
}

static void uart_write(struct az_console *console, const char *text, size_t bytes)
{
    (void)console;
    while (bytes > 0 && !dead && wait_for(STATUS_EMPTY)) {
        size_t burst = AZ_MIN(bytes, FIFO_BYTES);
        for (size_t i = 0; i < burst; i++)
            az_out8(UART_DATA, (uint8_t)text[i]);
        text += burst;
        bytes -= burst;
    }
    /* Sent, not only queued: a machine that stops next loses what is still in the FIFO. */
    if (!dead)
        (void)wait_for(STATUS_IDLE);
}

static size_t uart_read(struct az_console *console, char *out, size_t bytes)
{
    size_t count = 0;
    (void)console;
    while (count < bytes && az_in8(UART_STATUS) & STATUS_RECEIVED)
        out[count++] = (char)az_in8(UART_DATA);
    if (count > 0)
        uart_input_announced = false;
    return count;
}

static struct az_console uart = {
    .name = "ns16550",
    .write = uart_write,
    .read = UART_HAS_INPUT ? uart_read : NULL,
};

int az_ns16550_init(void)
{
    if (az_in8(UART_STATUS) == STATUS_ABSENT)
        return 0;
    az_out8(UART_INTERRUPTS, 0);
    az_out8(UART_LINE, LINE_DIVISOR);
    az_out8(UART_DATA, DIVISOR_115200);
    az_out8(UART_INTERRUPTS, 0);
    az_out8(UART_LINE, LINE_8N1);
    az_out8(UART_FIFO, FIFO_ON_CLEARED);
    az_out8(UART_MODEM, MODEM_DTR_RTS_OUT2);
    az_console_register(&uart);
    return 0;
}
