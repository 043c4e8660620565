/* musl keeps the thread pointer in the base of FS. */
#include <az/arch.h>

#define MSR_FS_BASE 0xc0000100u

void az_arch_set_thread_pointer(void *pointer)
{
    az_msr_write(MSR_FS_BASE, (uintptr_t)pointer);
}
