/* What the files of sched/single share. */
#ifndef SINGLE_H
#define SINGLE_H

#include <az/wait.h>

/* When the next timer is due; AZ_TIME_NEVER without one. */
az_time single_timers_next(void);
/* Runs the timers due by `now`; true when there were any. */
bool single_timers_run(az_time now);

#endif
