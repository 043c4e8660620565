/*
 * A machine for host tests of the network stack: fakes of every interface below it. Time is virtual (it jumps to the next timer
 * when nothing is left to do) unless `machine_real_time` is set.
 */
#ifndef TEST_NET_MACHINE_H
#define TEST_NET_MACHINE_H

#include <az/netdev.h>
#include <az/process.h>

extern bool machine_real_time;
extern az_time machine_now;
extern uint32_t machine_random; /* the seed of az_random_*() */
/* When the next event that is not a timer happens (a frame on a fake wire); AZ_TIME_NEVER when none is due. */
extern az_time (*machine_next_event)(void);
/* Waits for real devices for at most `limit`; only with machine_real_time. */
extern void (*machine_sleep)(az_time limit);

extern unsigned machine_signals;     /* how often az_signal_send() was called */
extern unsigned machine_heap_fails;  /* so many allocations succeed, then all fail; 0: none fails */
uint64_t machine_heap_live(void);    /* bytes handed out */
uint64_t machine_timers_set(void);   /* timers running */

/* Runs devices and timers until `until`, or until nothing happens any more. */
void machine_run(az_time until);
/* Runs what is due now. */
void machine_settle(void);
extern unsigned machine_fd_limit; /* descriptors are below it; at most 4,096 */
long machine_close(int fd);

#endif
