/* The last system calls, remembered for a panic (SYSCALL_TRACE). Provided by core. */
#ifndef AZ_TRACE_H
#define AZ_TRACE_H

#include <az/base.h>

#define AZ_TRACE_WORDS 7

struct az_trace_call {
    const char *name;
    uint32_t number; /* counts calls from 1 */
    uint8_t count;   /* of words */
    bool returned;
    long words[AZ_TRACE_WORDS]; /* arguments as machine words, low half first where one takes two */
    long result;
};

/* Called around each system call by functions that azbuild generates. enter returns what leave takes. Context: thread. */
uint32_t az_trace_enter(const char *name, unsigned count, const long *words);
/* Returns `result`. A call so long ago that its place has been taken is forgotten. */
long az_trace_leave(uint32_t number, long result);

/* Calls visit for each call remembered, the oldest first. Context: any. */
void az_trace_each(void (*visit)(const struct az_trace_call *call));

#endif
