/* A timer that counts at a rate the driver does not know, under a clock that is right. */
#define AZ_ARCH_H
#define AZ_SELF_H
#include <errno.h>

#include <az/base.h>

typedef void az_vector_handler(unsigned vector, void *arg);
int az_vector_alloc(az_vector_handler *handler, void *arg, unsigned *out_vector);
int az_lapic_timer_init(void);

#include "../src/interrupt.c"
#include "../src/lapic-timer.c"
#include <az/test.h>

static double true_ns, timer_hz; /* after the division by 16 */
static double set_at_ns;
static uint32_t initial, divide, local_vector, ends;
static int lapic_error, vector_error;
static struct az_clock_event *registered;

az_time az_clock_now(void)
{
    return (az_time)true_ns;
}
uint32_t az_lapic_read(enum az_lapic_register reg)
{
    AZ_CHECK_EQ(reg, AZ_LAPIC_TIMER_CURRENT);
    const double passed = (true_ns - set_at_ns) * timer_hz / 1e9;
    return passed >= initial ? 0 : initial - (uint32_t)passed;
}
void az_lapic_write(enum az_lapic_register reg, uint32_t value)
{
    if (reg == AZ_LAPIC_TIMER_INITIAL) {
        initial = value;
        set_at_ns = true_ns;
    } else if (reg == AZ_LAPIC_TIMER_DIVIDE)
        divide = value;
    else if (reg == AZ_LAPIC_LVT_TIMER)
        local_vector = value;
    else if (reg == AZ_LAPIC_EOI)
        ends++;
    else
        AZ_CHECK(!"another register");
}
int az_lapic_start(void)
{
    return lapic_error;
}
int az_vector_alloc(az_vector_handler *handler, void *arg, unsigned *out_vector)
{
    AZ_CHECK(handler == lapic_timer_interrupted && arg == NULL);
    *out_vector = 50;
    return vector_error;
}
void az_clock_event_register(struct az_clock_event *given)
{
    registered = given;
}

static void reset(double hz)
{
    rate = RATE_SLOWEST;
    longest_run = started_ticks = 0;
    started_at = 0;
    true_ns = 1e9;
    timer_hz = hz;
    initial = divide = local_vector = ends = 0;
    lapic_error = vector_error = 0;
    AZ_CHECK_EQ(az_lapic_timer_init(), 0);
    AZ_CHECK_EQ(registered->start(registered), 0);
    AZ_CHECK(divide == DIVIDE_BY_16 && local_vector == 50);
}

/* Sleeps for `ns` or until the timer interrupts; returns how long it took. */
static double sleep_for(az_time ns)
{
    const double start = true_ns;
    registered->set(ns);
    true_ns += 300; /* the way into the halt */
    const double fires = set_at_ns + initial * 1e9 / timer_hz;
    true_ns = AZ_MAX(true_ns, AZ_MIN(fires, start + (double)ns * 4));
    registered->cancel();
    AZ_CHECK_EQ(initial, 0);
    return true_ns - start;
}

AZ_TEST(errors_of_the_processor_are_passed_on)
{
    reset(62.5e6);
    lapic_error = -ENODEV;
    AZ_CHECK_EQ(registered->start(registered), -ENODEV);
    lapic_error = 0;
    vector_error = -ENOSPC;
    AZ_CHECK_EQ(registered->start(registered), -ENOSPC);
}

AZ_TEST(is_never_late_and_soon_exact_at_every_rate)
{
    static const double rates[] = {11e6 / 16, 100e6 / 16, 1e9 / 16, 3.9e9 / 16};
    for (unsigned i = 0; i < AZ_ARRAY_LENGTH(rates); i++) {
        reset(rates[i]);
        double slept = 0;
        for (unsigned round = 0; round < 12; round++) {
            slept = sleep_for(AZ_MS(100));
            AZ_CHECK(slept <= 100e6 + 1e9 / rates[i] * 2 + 400);
        }
        AZ_CHECK(slept >= 99.9e6);
    }
}

AZ_TEST(a_sleep_longer_than_its_range_ends_early)
{
    reset(62.5e6);
    (void)sleep_for(AZ_MS(10));
    for (unsigned round = 0; round < 20; round++)
        AZ_CHECK(sleep_for(AZ_SECONDS(3600)) <= 4.1e9);
}

AZ_TEST(an_interrupted_sleep_teaches_nothing_wrong)
{
    reset(6.25e6);
    (void)sleep_for(AZ_MS(100));
    (void)sleep_for(AZ_MS(100));
    (void)sleep_for(AZ_MS(100));
    const uint32_t known = rate;
    registered->set(AZ_MS(100)); /* ended by another interrupt at once */
    true_ns += 500;
    registered->cancel();
    AZ_CHECK_EQ(rate, known);
    registered->set(AZ_MS(50)); /* the machine stood still: far more time than ticks */
    true_ns += 60e9;
    registered->cancel();
    AZ_CHECK_EQ(rate, known);
}

AZ_TEST(the_interrupt_is_ended)
{
    reset(62.5e6);
    lapic_timer_interrupted(50, NULL);
    AZ_CHECK_EQ(ends, 1);
}
