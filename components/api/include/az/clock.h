/* Time. clock.source tells it, clock.event interrupts at it; neither knows of the other. */
#ifndef AZ_CLOCK_H
#define AZ_CLOCK_H

#include <az/base.h>

/* Nanoseconds since boot, never backwards. Never waits, no calibration: see core clock. Context: any. */
az_time az_clock_now(void);

/* The part of az_clock_now() that az_wait() has not slept. Weak default in posix/clock: all of it. Context: thread. */
az_time az_clock_busy(void);

/* Wall clock: nanoseconds since 1970-01-01T00:00:00Z (kvmclock, or the RTC read once at first use). Context: thread. */
az_time az_clock_wall(void);
/* clock_settime. */
void az_clock_wall_set(az_time now);

/* A free-running counter. The best one known at the time is used; a better one takes over without a jump. */
struct az_clock_source {
    const char *name;
    unsigned rating;           /* 400 TSC of known rate, 300 HPET, 200 PM timer, 100 PIT latch */
    uint64_t hz;               /* 0: not known yet (TSC): its rate is measured against another in passing */
    uint64_t mask;             /* counter width */
    uint64_t (*read)(void);
    struct az_clock_source *next;
};
void az_clock_source_register(struct az_clock_source *source);

/* A one-shot interrupt. */
struct az_clock_event {
    const char *name;
    unsigned rating;
    /* Interrupts once, `delta` from now, or earlier when that is beyond its range (the caller sets it again). */
    void (*set)(az_time delta);
    void (*cancel)(void);
    struct az_clock_event *next;
};
void az_clock_event_register(struct az_clock_event *event);
/* The best registered one, NULL when there is none. */
struct az_clock_event *az_clock_event_best(void);

#endif
