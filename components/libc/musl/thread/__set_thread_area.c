/* The thread pointer: a register of the processor, which the kernel's architecture code sets. */
#include "pthread_impl.h"

void az_arch_set_thread_pointer(void *pointer);

int __set_thread_area(void *pointer)
{
    az_arch_set_thread_pointer(pointer);
    return 0;
}
