/* System calls by number, for callers whose number is known only at run time. Provided by libc/dynamic. */
#ifndef AZ_DYNAMIC_H
#define AZ_DYNAMIC_H

#include <az/base.h>

struct az_dynamic_call {
    long number;
    long (*call)(void); /* az_sys_<name>, whatever it takes */
};

/* Generated: the system calls of this image, by ascending number. */
extern const struct az_dynamic_call az_dynamic_calls[];
extern const size_t az_dynamic_call_count;

/* Calls the system call `number`. Errors: -ENOSYS when the image does not have it; else what the call answers. */
long az_sys_dynamic(long number, long a, long b, long c, long d, long e, long f, long g);

#endif
