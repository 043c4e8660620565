/* Channel 0 as an alarm: mode 0 raises its output when the count is done, which interrupt 0 takes as an edge. */
#include <az/arch.h>
#include <az/clock.h>
#include <az/irq.h>

#include "pit.h"

#define LONGEST AZ_MS(54)
#define TICKS_PER_NS_32 5124678u /* 2^32 * PIT_HZ / 10^9, rounded up */

static void set(az_time delta)
{
    uint32_t ns = (uint32_t)AZ_MIN(delta, LONGEST);
    uint32_t ticks = (uint32_t)((uint64_t)ns * TICKS_PER_NS_32 >> 32) + 1;
    az_out8(PIT_COMMAND, PIT_0_ONE_SHOT);
    az_out8(PIT_CHANNEL_0, (uint8_t)ticks);
    az_out8(PIT_CHANNEL_0, (uint8_t)(ticks >> 8));
}

/* Writing the mode stops the count until a new one is written. */
static void cancel(void)
{
    az_out8(PIT_COMMAND, PIT_0_ONE_SHOT);
}

/* Waking the processor is all there is to do. */
static void interrupted(void *arg)
{
    (void)arg;
}

static int start(struct az_clock_event *event)
{
    (void)event;
    static const struct az_irq_source line = {.kind = AZ_IRQ_ISA, .line = 0};
    cancel();
    return az_irq_connect(&line, 0, interrupted, NULL);
}

struct az_clock_event pit_event = {
    .name = "pit",
    .rating = 100,
    .set = set,
    .cancel = cancel,
    .start = start,
};
