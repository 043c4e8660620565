/* What Linux adds to threads: futexes, and what the end of a thread does with them. Provided by posix/futex and posix/threads. */
#ifndef AZ_FUTEX_H
#define AZ_FUTEX_H

#include <az/base.h>

/* Wakes up to `count` threads that wait on `word`, the longest waiting first; returns how many. Context: thread. */
long az_futex_wake(const uint32_t *word, uint32_t count);

/*
 * exit(2) of a thread: gives up its robust mutexes, clears the word it has named and wakes who waits there. Returns only to the
 * last thread, whose end is the image's. Context: thread.
 */
void az_thread_exit(void);
/* The same for a thread that would unmap the stack it runs on. */
AZ_NORETURN void az_thread_exit_unmapping(void *stack, size_t bytes);

#endif
