/* The queue of timers, for the wait. */
#ifndef SCHED_TIMER_H
#define SCHED_TIMER_H

#include <az/wait.h>

/* When the next timer is due; AZ_TIME_NEVER without one. */
az_time az_timers_next(void);
/* Runs the timers due by `now`; true when there were any. */
bool az_timers_run(az_time now);

#endif
