/* Channel 2 as a counter: reloaded with 65536 over and over, latched to be read. */
#include <az/arch.h>
#include <az/clock.h>
#include <az/self.h>

#include "pit.h"

#define PORT_B 0x61u /* of the PC's system control */
#define PORT_B_GATE_2 1u
#define PORT_B_SPEAKER 2u

static uint64_t read_count(void)
{
    az_out8(PIT_COMMAND, PIT_2_LATCH);
    uint32_t count = az_in8(PIT_CHANNEL_2);
    count |= (uint32_t)az_in8(PIT_CHANNEL_2) << 8;
    return 0u - count; /* it counts down; masked by the clock */
}

static int start(struct az_clock_source *source)
{
    (void)source;
    az_out8(PORT_B, (uint8_t)((az_in8(PORT_B) & ~PORT_B_SPEAKER) | PORT_B_GATE_2));
    az_out8(PIT_COMMAND, PIT_2_RATE);
    az_out8(PIT_CHANNEL_2, 0);
    az_out8(PIT_CHANNEL_2, 0);
    return 0;
}

static struct az_clock_source source = {
    .name = "pit",
    .rating = 100,
    .hz = PIT_HZ,
    .mask = 0xffff,
    .read = read_count,
    .start = start,
};

int az_pit_init(void)
{
    az_clock_source_register(&source);
    az_clock_event_register(&pit_event);
    return 0;
}
