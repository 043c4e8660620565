/*
 * System calls by number: for callers whose number is known only at run time, and for the trap door. Provided by
 * libc/dynamic.
 */
#ifndef AZ_DYNAMIC_H
#define AZ_DYNAMIC_H

#include <az/base.h>

/* A system call with all the words that any takes: a function does not see arguments beyond its own, the caller takes them away. */
typedef long az_dynamic_call(long a, long b, long c, long d, long e, long f, long g);

/* Generated: the system calls of this image. */
extern az_dynamic_call *const az_dynamic_calls[];

/* Generated, by number: 0 for what the image does not have, else 1 + the place in az_dynamic_calls, perhaps with AZ_DYNAMIC_OWN. */
extern const uint16_t az_dynamic_places[];
extern const size_t az_dynamic_numbers; /* how many */

/* The call's parameters are not those of Linux's call of that number: the flag `own` in syscalls.tbl. */
#define AZ_DYNAMIC_OWN 0x8000u

/* The entry of az_dynamic_places for any number. Context: any. */
AZ_ALWAYS_INLINE unsigned az_dynamic_place(long number)
{
    return (unsigned long)number < az_dynamic_numbers ? az_dynamic_places[number] : 0;
}

/* Calls the system call `number`. Errors: -ENOSYS when the image does not have it; else what the call answers. */
long az_sys_dynamic(long number, long a, long b, long c, long d, long e, long f, long g);

#endif
