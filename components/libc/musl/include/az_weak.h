/*
 * System calls that libc makes only in states which another part of the program must have brought about: a lock is
 * waited for only where threads are. Referred to weakly they are no demand, and where the image has them they are
 * called as ever.
 */
#ifndef AZ_WEAK_H
#define AZ_WEAK_H

#include <features.h>

extern weak long az_weak_futex(volatile int *word, int operation, int value,
                                      const void *timeout) __asm__("az_sys_futex");
extern weak long az_weak_set_tid_address(volatile int *word) __asm__("az_sys_set_tid_address");

#endif
