/*
 * System calls by number: for callers whose number is known only at run time, and for the trap door. Provided by
 * libc/dynamic.
 */
#ifndef AZ_DYNAMIC_H
#define AZ_DYNAMIC_H

#include <az/base.h>

struct az_dynamic_call {
    uint16_t number;
    bool own;           /* its parameters are not those of Linux's call: the flag of that name in syscalls.tbl */
    long (*call)(void); /* az_sys_<name>, whatever it takes */
};

/* A call with all the words that any call takes: a function does not see arguments beyond its own, the caller takes them away. */
typedef long az_dynamic_words(long a, long b, long c, long d, long e, long f, long g);

/* Generated: the system calls of this image, by ascending number. */
extern const struct az_dynamic_call az_dynamic_calls[];
extern const size_t az_dynamic_call_count;

/* The system call `number`; NULL when the image does not have it. Context: any. */
const struct az_dynamic_call *az_dynamic_find(long number);

/* Calls the system call `number`. Errors: -ENOSYS when the image does not have it; else what the call answers. */
long az_sys_dynamic(long number, long a, long b, long c, long d, long e, long f, long g);

#endif
