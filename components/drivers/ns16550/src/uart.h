/* Registers of a 16550 (PC16550D data sheet, table 1), at the port of a PC's first serial line. */
#ifndef UART_H
#define UART_H

#define UART_PORT 0x3f8u
#define UART_IRQ 4u

#define UART_DATA (UART_PORT + 0u)              /* divisor, low byte, when LINE_DIVISOR is set */
#define UART_INTERRUPTS (UART_PORT + 1u)        /* divisor, high byte */
#define UART_FIFO (UART_PORT + 2u)
#define UART_LINE (UART_PORT + 3u)
#define UART_MODEM (UART_PORT + 4u)
#define UART_STATUS (UART_PORT + 5u)

#define INTERRUPTS_RECEIVED 0x01u
#define FIFO_ON_CLEARED 0x07u
#define FIFO_BYTES 16u
#define LINE_8N1 0x03u
#define LINE_DIVISOR 0x80u
#define MODEM_DTR_RTS_OUT2 0x0bu                /* OUT2 lets the interrupt out */
#define STATUS_RECEIVED 0x01u
#define STATUS_EMPTY 0x20u /* the FIFO takes more */
#define STATUS_IDLE 0x40u  /* and the last bit is out */
#define STATUS_ABSENT 0xffu                     /* what a port nobody drives reads */

/* Readers were woken for what is there. A read makes what comes after it new: a poll may never find the FIFO empty. */
extern bool uart_input_announced;

/* The image has somebody who reads: otherwise input, its interrupt and all that they need stay out. */
#define UART_HAS_INPUT (AZ_ON(SYS_read) || AZ_ON(SYS_readv))

#endif
