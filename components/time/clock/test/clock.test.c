#include <math.h>

#include <az/base.h>

#include "../src/clock.c"
#include "../src/event.c"
#define sources wall_sources /* its own list, in one translation unit */
#include "../src/wall.c"
#undef sources
#include "../src/scale.c"
#include <az/test.h>

void az_panic(const char *format, ...)
{
    printf("  panic: %s\n", format);
    abort();
}
void az_log_line(const char *format, ...)
{
    (void)format;
}

/* -- Fakes: true time in ns, and counters of any rate and width over it ---------------------------------- */

static double true_ns; /* exact to well below 1 ns for days */
static double tsc_hz, slow_hz;
static uint64_t slow_mask;
static double cost_ns; /* of one reading of the slow counter */
static unsigned slow_reads;

static uint64_t tsc_read(void)
{
    return (uint64_t)(true_ns * tsc_hz / 1e9) + 12345;
}
static uint64_t slow_read(void)
{
    slow_reads++;
    true_ns += cost_ns;
    return ((uint64_t)(true_ns * slow_hz / 1e9) + 0xfffff) & slow_mask;
}
static struct az_clock_source tsc = {.name = "tsc", .rating = 400, .mask = UINT64_MAX, .read = tsc_read};
static struct az_clock_source slow = {.name = "slow", .rating = 200, .read = slow_read};

static int absent(struct az_clock_source *source)
{
    (void)source;
    return -19;
}
static struct az_clock_source missing = {.name = "missing", .rating = 300, .start = absent};

static void reset(double tsc_rate, double slow_rate, unsigned slow_bits)
{
    sources = NULL;
    reference = learner = (struct counter){0};
    active = NULL;
    base_ticks = window_reference = window_learner = synced = 0;
    base_time = window = 0;
    true_ns = 1e6;
    tsc_hz = tsc_rate;
    slow_hz = slow_rate;
    slow_mask = slow_bits == 64 ? UINT64_MAX : (UINT64_C(1) << slow_bits) - 1;
    alone.ticks = 0;
    cost_ns = 0;
    slow_reads = 0;
    tsc.hz = 0;
    slow.hz = (uint64_t)slow_rate;
    slow.mask = slow_mask;
    az_clock_source_register(&slow);
    az_clock_source_register(&missing);
    az_clock_source_register(&tsc);
}

static uint32_t random_state = 7;
static double random_up_to(double limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return limit * (random_state / 4294967296.0);
}

/* -- Arithmetic ------------------------------------------------------------------------------------------ */

AZ_TEST(fixed_point_agrees_with_128_bits)
{
    for (unsigned i = 0; i < 20000; i++) {
        uint64_t a = (uint64_t)random_up_to(1e19) >> (i % 60), b = (uint64_t)random_up_to(1e19) >> (i % 37);
        AZ_CHECK(scale_multiply(a, b) == (uint64_t)((unsigned __int128)a * b >> 32));
        uint64_t d = ((uint64_t)random_up_to(9e18) >> (i % 61)) + 1;
        unsigned __int128 quotient = ((unsigned __int128)a << 32) / d;
        AZ_CHECK(scale_ratio(a, d) == (quotient >> 64 ? UINT64_MAX : (uint64_t)quotient));
    }
}

/* -- The clock ------------------------------------------------------------------------------------------- */

AZ_TEST(a_known_rate_is_used_at_once_and_nothing_else_is_read)
{
    reset(2.4e9, 3579545, 24);
    tsc.hz = 2400000000;
    AZ_CHECK_EQ(az_clock_now(), 0);
    true_ns += 86400e9;
    az_time now = az_clock_now();
    AZ_CHECK(llabs(now - AZ_SECONDS(86400)) < 100000); /* 1 ppb */
    AZ_CHECK_EQ(slow_reads, 0);
}

/* Reads at random intervals and checks: never backwards, and right within `limit` of what passed. */
static void run(double step_ns, unsigned steps, double limit)
{
    az_time last = az_clock_now();
    double from = true_ns - (double)last;
    for (unsigned i = 0; i < steps; i++) {
        true_ns += random_up_to(step_ns);
        az_time now = az_clock_now();
        AZ_CHECK(now >= last);
        double passed = true_ns - from;
        if (!(fabs((double)now - passed) <= 2500 + passed * limit)) {
            az_test_failed(__FILE__, __LINE__, "step %u: %lld, not %.0f", i, (long long)now, passed);
            return;
        }
        last = now;
    }
}

AZ_TEST(the_tsc_takes_over_without_a_jump)
{
    static const double rates[] = {0.45e9, 1e9, 2.4000123e9, 5.8e9};
    for (unsigned i = 0; i < AZ_ARRAY_LENGTH(rates); i++) {
        reset(rates[i], 100e6, 64); /* HPET as QEMU has it */
        run(1e5, 20000, 1e-4);
        AZ_CHECK(active == &learner);
        reset(rates[i], 14318180, 32); /* HPET as a PC has it */
        run(1e6, 20000, 1e-4);
        reset(rates[i], 3579545, 24); /* PM timer */
        run(1e7, 20000, 2e-4);
        reset(rates[i], 1193182, 16); /* PIT */
        run(1e6, 20000, 3e-4);
        AZ_CHECK(active == &learner);
    }
}

AZ_TEST(after_the_last_window_the_reference_is_left_alone)
{
    reset(3e9, 3579545, 24);
    run(2e7, 10000, 2e-4);
    AZ_CHECK_EQ(window, 0);
    unsigned reads = slow_reads;
    run(2e7, 1000, 2e-4);
    AZ_CHECK_EQ(slow_reads, reads);
    double rate = 4294967296.0 * 1e9 / (double)learner.factor;
    AZ_CHECK(fabs(rate / 3e9 - 1) < 1e-6);
}

AZ_TEST(long_silence_after_the_first_window_loses_nothing)
{
    static const unsigned bits[] = {16, 24};
    static const double rates[] = {1193182, 3579545};
    for (unsigned i = 0; i < 2; i++) {
        reset(2e9, rates[i], bits[i]);
        run(1e6, 100, 1e-3);
        for (unsigned j = 0; j < 10; j++) {
            true_ns += 3e9 + random_up_to(2e9); /* many wraps */
            run(1e6, 3, 1e-3);
        }
    }
}

AZ_TEST(a_first_gap_longer_than_the_reference_period_is_measured)
{
    static const unsigned bits[] = {16, 24};
    static const double rates[] = {1193182, 3579545};
    for (unsigned i = 0; i < 2; i++) {
        reset(2e9, rates[i], bits[i]);
        cost_ns = 800;
        double from = true_ns + cost_ns - (double)az_clock_now();
        true_ns += 20e9;
        az_time now = az_clock_now();
        double passed = true_ns - from;
        AZ_CHECK(passed < 20e9 + 1.1e6); /* it took 1 ms to find out */
        AZ_CHECK(fabs((double)now - passed) < passed * 0.003);
        run(1e6, 1000, 0.003);
    }
}

static bool disturb;
static uint64_t disturbed_read(void)
{
    uint64_t value = slow_read();
    if (disturb)
        true_ns += 3e6; /* a host that takes the processor away right after the reading */
    return value;
}
AZ_TEST(a_disturbed_reading_is_not_learnt_from)
{
    reset(2e9, 100e6, 64);
    slow.read = disturbed_read;
    disturb = false;
    az_clock_now();
    true_ns += 5e6;
    disturb = true;
    az_clock_now();
    AZ_CHECK(active == &reference);
    disturb = false;
    az_clock_now();
    AZ_CHECK(active == &learner);
    AZ_CHECK(fabs(4294967296.0 * 1e9 / (double)learner.factor / 2e9 - 1) < 1e-4);
    slow.read = slow_read;
}

AZ_TEST(without_a_learner_the_reference_serves)
{
    reset(2e9, 3579545, 24);
    sources = NULL;
    az_clock_source_register(&slow);
    run(4e9, 1000, 1e-6);
    AZ_CHECK(active == &reference);
}

/* -- Events and the date --------------------------------------------------------------------------------- */

static int event_absent(struct az_clock_event *event)
{
    (void)event;
    return -19;
}
AZ_TEST(the_best_event_that_starts_is_taken)
{
    static struct az_clock_event pit = {.rating = 100}, lapic = {.rating = 300, .start = event_absent};
    az_clock_event_register(&pit);
    az_clock_event_register(&lapic);
    AZ_CHECK(az_clock_event_best() == &pit);
    AZ_CHECK(az_clock_event_best() == &pit);
}

static unsigned dates_read;
static int date_read(az_time *out)
{
    dates_read++;
    *out = AZ_SECONDS(1700000000);
    return 0;
}
static int date_absent(az_time *out)
{
    (void)out;
    return -19;
}
AZ_TEST(the_date_is_read_once_and_can_be_set)
{
    reset(1e9, 100e6, 64);
    static struct az_wall_source none = {.rating = 200, .read = date_absent},
                                 rtc = {.rating = 100, .read = date_read};
    az_wall_source_register(&rtc);
    az_wall_source_register(&none);
    AZ_CHECK_EQ(az_clock_wall(), AZ_SECONDS(1700000000));
    true_ns += 5e9;
    AZ_CHECK(llabs(az_clock_wall() - AZ_SECONDS(1700000005)) < 1000);
    AZ_CHECK_EQ(dates_read, 1);
    az_clock_wall_set(AZ_SECONDS(5));
    true_ns += 1e9;
    AZ_CHECK(llabs(az_clock_wall() - AZ_SECONDS(6)) < 100000);
}
