/* A thread cannot unmap the stack it runs on: az does, when another thread runs. musl's needs a stack of its own in between. */
#include "pthread_impl.h"

_Noreturn void az_thread_exit_unmapping(void *stack, size_t bytes);

void __unmapself(void *base, size_t size)
{
    az_thread_exit_unmapping(base, size);
}
