/*
 * A thread begins on its own stack with nothing to return to, so the child cannot come back out of a C call as it
 * does out of Linux' system call. The function and its argument go to the top of the new stack, and az's clone
 * starts the child there: by calling stack[0](stack[1]), then exit() with what that returned.
 */
#include <stdarg.h>
#include <stdint.h>
#include "pthread_impl.h"

int __clone(int (*function)(void *), void *stack, int flags, void *arg, ...)
{
    va_list rest;
    va_start(rest, arg);
    int *parent_tid = va_arg(rest, int *);
    void *tls = va_arg(rest, void *);
    int *child_tid = va_arg(rest, int *);
    va_end(rest);

    uintptr_t *top = (uintptr_t *)((uintptr_t)stack & -16);
    top -= 2;
    top[0] = (uintptr_t)function;
    top[1] = (uintptr_t)arg;
    return __syscall(SYS_clone, flags, top, parent_tid, child_tid, tls);
}
