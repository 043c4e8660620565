/*
 * The monotonic clock: time = base_time + (ticks since base_ticks) * factor, by one counter at a time (`active`). A better counter
 * that does not know its rate is the `learner`: measured against the reference over ever longer windows, see README.md.
 */
#include <az/clock.h>
#include <az/log.h>

#include "scale.h"

#define NS_PER_S 1000000000u
#define FIRST_WINDOW AZ_MS(4)
#define LAST_WINDOW AZ_SECONDS(16)
#define WINDOW_GROWTH 8
#define PRECISION 1000                  /* a window counts when its ends are known to 1 part in this */
#define LEAST_LEARNER_HZ 400000000u     /* no processor with a usable TSC is slower */
#define MEASURE_READS_MAX 1000000u      /* ends measure() when the reference stands still */

/* A counter in use. */
struct counter {
    const struct az_clock_source *source;
    uint64_t last;   /* raw, masked */
    uint64_t ticks;  /* since it came into use, all 64 bits */
    uint64_t factor; /* nanoseconds per tick, 32 fraction bits; 0 not known */
};

static struct az_clock_source *sources; /* best first */

static struct counter reference, learner;
static struct counter *active; /* tells the time; NULL before the first reading */
static uint64_t base_ticks;    /* of `active` when it was base_time */
static az_time base_time;

/* The short way: for so many ticks since it took over, a counter of 64 bits that tells the time is all there is to read. */
static struct {
    uint64_t (*read)(void);
    uint64_t from; /* raw, when it was base_time */
    uint64_t ticks;
    uint64_t factor;
} alone;

static az_time window; /* length of the current window; 0: nothing to learn (any more) */
static uint64_t window_reference, window_learner; /* ticks of both where it began */
static uint64_t synced; /* the learner's ticks when the reference was last read */

void az_clock_source_register(struct az_clock_source *source)
{
    struct az_clock_source **place = &sources;
    while (*place && (*place)->rating >= source->rating)
        place = &(*place)->next;
    source->next = *place;
    *place = source;
}

/* -- Counters ------------------------------------------------------------------------------------------ */

static void counter_use(struct counter *counter, const struct az_clock_source *source)
{
    counter->source = source;
    counter->last = source->read() & source->mask;
    counter->factor = source->hz ? scale_ratio(NS_PER_S, source->hz) : 0;
}

static uint64_t counter_unread(const struct counter *counter)
{
    return (counter->source->read() - counter->last) & counter->source->mask;
}

/* Reads it; returns the ticks since the last time, if it has wrapped once at most. */
static uint64_t counter_update(struct counter *counter)
{
    uint64_t passed = counter_unread(counter);
    counter->last = (counter->last + passed) & counter->source->mask;
    counter->ticks += passed;
    return passed;
}

static az_time counter_ns(const struct counter *counter, uint64_t ticks)
{
    return (az_time)scale_multiply(ticks, counter->factor);
}

/* -- Learning ------------------------------------------------------------------------------------------ */

/*
 * Reads both counters at one moment; returns how exactly, in ticks of the learner. Once the learner has a rate it tells how
 * often the reference wrapped since the last time.
 */
static uint64_t read_both(void)
{
    counter_update(&learner);
    uint64_t passed = counter_update(&reference);
    uint64_t spread = counter_update(&learner);
    if (learner.factor) {
        uint64_t mask = reference.source->mask;
        az_time elapsed = counter_ns(&learner, learner.ticks - synced);
        uint64_t expected =
            scale_multiply((uint64_t)elapsed, scale_ratio(reference.source->hz, NS_PER_S));
        if (expected > passed)
            reference.ticks += (expected - passed + mask / 2) & ~mask;
    }
    synced = learner.ticks;
    return spread;
}

static void window_begin(az_time length)
{
    window = length;
    window_reference = reference.ticks;
    window_learner = learner.ticks;
}

/* From now on `counter`, which was just read, tells the time, which is `now`; for so many ticks nothing else is of interest. */
static void take_over(struct counter *counter, az_time now, uint64_t alone_ticks)
{
    active = counter;
    base_ticks = counter->ticks;
    base_time = now;
    alone.read = counter->source->read;
    alone.from = counter->last;
    alone.factor = counter->factor;
    alone.ticks = counter->source->mask == UINT64_MAX ? alone_ticks : 0;
}

/* At the end of a window, both just read: the learner's rate, and the next window. The time is `now`. */
static void learn(az_time now, uint64_t spread)
{
    uint64_t learnt = learner.ticks - window_learner;
    if (learnt == 0 || spread > learnt / PRECISION)
        return; /* something came between the readings: try again next time */
    az_time elapsed = counter_ns(&reference, reference.ticks - window_reference);
    learner.factor = scale_ratio((uint64_t)elapsed, learnt);
    window = window < LAST_WINDOW ? window * WINDOW_GROWTH : 0;
    take_over(&learner, now, window ? learnt * (WINDOW_GROWTH - 1) : UINT64_MAX);
}

/*
 * Nobody read the clock for so long that the reference may have wrapped more than once, and the learner has no rate to tell how
 * often: measures it for 1 ms. Once at most.
 */
static AZ_NOINLINE az_time measure(void)
{
    az_time until_gap = base_time + counter_ns(&reference, reference.ticks - base_ticks);
    uint64_t gap_start = synced;

    read_both();
    window_begin(FIRST_WINDOW);
    uint64_t enough = scale_multiply(reference.source->hz, scale_ratio(1, NS_PER_S / AZ_MS(1)));
    for (unsigned i = 0; i < MEASURE_READS_MAX && reference.ticks - window_reference < enough; i++)
        counter_update(&reference);
    read_both();
    az_time elapsed = counter_ns(&reference, reference.ticks - window_reference);
    learner.factor = scale_ratio((uint64_t)elapsed, learner.ticks - window_learner);
    take_over(&learner, until_gap + counter_ns(&learner, learner.ticks - gap_start), 0);
    return base_time;
}

/* -- Telling the time ---------------------------------------------------------------------------------- */

static az_time tell_by_reference(void)
{
    if (!learner.source) {
        counter_update(&reference);
        return base_time + counter_ns(&reference, reference.ticks - base_ticks);
    }
    uint64_t mask = reference.source->mask;
    if (mask >> 40 == 0) {
        uint64_t period = scale_multiply(mask, scale_ratio(LEAST_LEARNER_HZ, reference.source->hz));
        if (counter_unread(&learner) >= period)
            return measure();
    }
    uint64_t spread = read_both();
    az_time now = base_time + counter_ns(&reference, reference.ticks - base_ticks);
    if (counter_ns(&reference, reference.ticks - window_reference) >= window)
        learn(now, spread);
    return now;
}

static az_time tell_by_learner(void)
{
    counter_update(&learner);
    az_time now = base_time + counter_ns(&learner, learner.ticks - base_ticks);
    if (window && counter_ns(&learner, learner.ticks - window_learner) >= window) {
        uint64_t spread = read_both();
        now = base_time + counter_ns(&learner, learner.ticks - base_ticks);
        learn(now, spread);
    }
    return now;
}

/* Takes the best source that knows its rate, and the best one above it that has yet to learn it. */
static AZ_NOINLINE void start(void)
{
    for (struct az_clock_source *source = sources; source; source = source->next) {
        if (source->start && source->start(source) != 0)
            continue;
        if (source->hz) {
            counter_use(&reference, source);
            break;
        }
        if (!learner.source)
            counter_use(&learner, source);
    }
    if (!reference.source)
        az_panic("time/clock: no counter on this machine tells the time");
    az_log("clock: %s%s%s", reference.source->name, learner.source ? ", then " : "",
           learner.source ? learner.source->name : "");
    if (learner.source) {
        read_both();
        window_begin(FIRST_WINDOW);
    }
    take_over(&reference, 0, learner.source ? 0 : UINT64_MAX);
}

static AZ_NOINLINE az_time tell(void)
{
    if (AZ_UNLIKELY(!active))
        start();
    return active == &reference ? tell_by_reference() : tell_by_learner();
}

az_time az_clock_now(void)
{
    if (alone.ticks) {
        uint64_t passed = alone.read() - alone.from;
        if (passed < alone.ticks)
            return base_time + (az_time)scale_multiply(passed, alone.factor);
    }
    return tell();
}
