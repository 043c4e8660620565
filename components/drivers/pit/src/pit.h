/* Ports and rate of the 8254 (Intel 8254 data sheet), shared by the two roles. */
#ifndef PIT_H
#define PIT_H

#define PIT_HZ 1193182u
#define PIT_CHANNEL_0 0x40u
#define PIT_CHANNEL_2 0x42u
#define PIT_COMMAND 0x43u

/* Control words: channel, both bytes of the count, mode. */
#define PIT_0_ONE_SHOT 0x30u
#define PIT_2_RATE 0xb4u
#define PIT_2_LATCH 0x80u

extern struct az_clock_event pit_event;

#endif
