/* Intel SDM volume 3, section 11.5.4: one-shot mode, the bus clock divided by 16. */
#include <az/arch.h>
#include <az/clock.h>
#include <az/lapic.h>
#include <az/self.h>

#include "interrupt.h"

#define DIVIDE_BY_16 0x03u
#define LONGEST AZ_SECONDS(4)      /* with the rate below 2^30 no product leaves 64 bits, no count 32 */
#define RATE_SLOWEST 2684354u      /* 2^32 * 10 MHz / 16 / 10^9 */
#define RATE_FASTEST (1u << 30)    /* 4 GHz */

static uint32_t rate = RATE_SLOWEST; /* ticks per nanosecond, 32 fraction bits */
static uint32_t longest_run;         /* ns: what `rate` was learnt from */
static uint32_t started_ticks;
static az_time started_at;

/* floor(ticks * 2^32 / ns); ns > 0. */
static uint64_t rate_of(uint32_t ticks, uint32_t ns)
{
    uint64_t quotient = 0, rest = 0, numerator = (uint64_t)ticks << 32;
    for (unsigned bit = 64; bit-- > 0;) {
        rest = rest << 1 | (numerator >> bit & 1);
        quotient <<= 1;
        if (rest >= ns) {
            rest -= ns;
            quotient |= 1;
        }
    }
    return quotient;
}

static void set(az_time delta)
{
    uint64_t ns = (uint64_t)AZ_MIN(delta, LONGEST);
    started_at = az_clock_now();
    started_ticks = (uint32_t)(ns * rate >> 32) + 1;
    az_lapic_write(AZ_LAPIC_TIMER_INITIAL, started_ticks);
}

/*
 * The run began after the clock was read and ended before it is read again, so the rate learnt is at most the real one: the
 * alarm is early rather than late.
 */
static void cancel(void)
{
    uint32_t ticks = started_ticks - az_lapic_read(AZ_LAPIC_TIMER_CURRENT);
    az_lapic_write(AZ_LAPIC_TIMER_INITIAL, 0);
    az_time ns = az_clock_now() - started_at;
    if (ns <= longest_run || ns > LONGEST || ticks == 0)
        return;
    uint64_t learnt = rate_of(ticks, (uint32_t)ns);
    if (learnt < RATE_SLOWEST || learnt > RATE_FASTEST)
        return;
    rate = (uint32_t)learnt;
    longest_run = (uint32_t)ns;
}

static int start(struct az_clock_event *event)
{
    (void)event;
    unsigned vector;
    int error = az_lapic_start();
    if (!error)
        error = az_vector_alloc(lapic_timer_interrupted, NULL, &vector);
    if (error)
        return error;
    az_lapic_write(AZ_LAPIC_TIMER_DIVIDE, DIVIDE_BY_16);
    az_lapic_write(AZ_LAPIC_LVT_TIMER, vector);
    return 0;
}

static struct az_clock_event event = {
    .name = "lapic-timer",
    .rating = 300,
    .set = set,
    .cancel = cancel,
    .start = start,
};

int az_lapic_timer_init(void)
{
    az_clock_event_register(&event);
    return 0;
}
