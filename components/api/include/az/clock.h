/* Time. clock.source tells it, clock.event interrupts at it; neither knows of the other. Provided by time/clock. */
#ifndef AZ_CLOCK_H
#define AZ_CLOCK_H

#include <az/base.h>

/*
 * Nanoseconds since the first call, never backwards. No calibration: a counter of unknown rate (TSC) is measured in passing
 * against a slower one. A machine without any counter ends in a panic.
 * Context: any.
 */
az_time az_clock_now(void);

/* The part of az_clock_now() that az_wait() has not slept. Weak default in posix/clock: all of it. Context: thread. */
az_time az_clock_busy(void);

/* Wall clock: nanoseconds since 1970-01-01T00:00:00Z, of a source read once at first use; 0 then when none works. Context: thread. */
az_time az_clock_wall(void);
/* clock_settime. */
void az_clock_wall_set(az_time now);

/*
 * A free-running counter. The best one that starts is used; a better one takes over without a jump. Registered at level time,
 * touched no sooner than the clock is first read. The struct stays the registrar's.
 */
struct az_clock_source {
    const char *name;
    unsigned rating; /* 500 kvmclock, 400 TSC, 300 HPET, 200 PM timer, 100 PIT */
    uint64_t hz;     /* 0: not known; at most 2^34 */
    uint64_t mask;   /* counter width: all ones */
    uint64_t (*read)(void);
    /* Finds the hardware; may fill in `hz` and `mask`. Called once. NULL: nothing to find. Errors: -ENODEV. */
    int (*start)(struct az_clock_source *source);
    struct az_clock_source *next;
};
void az_clock_source_register(struct az_clock_source *source);

/* A one-shot interrupt. Registered at level time, touched no sooner than something sleeps. The struct stays the registrar's. */
struct az_clock_event {
    const char *name;
    unsigned rating;
    /* Interrupts once, `delta` (> 0) from now, or earlier when that is beyond its range (the caller sets it again). */
    void (*set)(az_time delta);
    void (*cancel)(void);
    /* Finds the hardware and connects the interrupt. Called once. NULL: nothing to find. Errors: -ENODEV, az_irq_connect()'s. */
    int (*start)(struct az_clock_event *event);
    struct az_clock_event *next;
};
void az_clock_event_register(struct az_clock_event *event);
/* The best one that starts, NULL when none does. Context: thread. */
struct az_clock_event *az_clock_event_best(void);

/* Something that knows the date. */
struct az_wall_source {
    const char *name;
    unsigned rating; /* 200 kvmclock, 100 RTC */
    /* Stores nanoseconds since 1970. May spin for 3 ms. Context: thread. Errors: -ENODEV, -EIO; `*out` is untouched. */
    int (*read)(az_time *out);
    struct az_wall_source *next;
};
void az_wall_source_register(struct az_wall_source *source);

#endif
