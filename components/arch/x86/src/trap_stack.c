/* The stack of a trap frame: where it happened, then its callers. */
#include <az/arch.h>
#include <az/panic.h>
#include <az/x86.h>

size_t az_arch_trap_backtrace(const struct az_trap_frame *frame, uintptr_t *out, size_t max)
{
    if (max == 0)
        return 0;
    out[0] = frame->ip;
    uintptr_t base = AZ_TRAP_FRAME_POINTER(frame);
    return base == 0 ? 1 : 1 + az_arch_backtrace((const void *)base, out + 1, max - 1);
}
