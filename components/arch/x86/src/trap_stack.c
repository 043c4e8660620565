/*
 * The stack of a trap frame: where it happened, then its callers. After a call through a bad pointer the caller has no frame
 * yet, and its return address is what lies on top of the stack.
 */
#include <az/arch.h>
#include <az/panic.h>
#include <az/user.h>
#include <az/x86.h>

#ifdef __x86_64__
const char az_trap_frame_names[] = "r15 r14 r13 r12 r11 r10 r9 r8 rdi rsi rbp rbx rdx rcx rax vector code rip cs rflags rsp ss";
#else
const char az_trap_frame_names[] = "edi esi ebp esp ebx edx ecx eax vector code eip cs eflags";
#endif

size_t az_arch_trap_backtrace(const struct az_trap_frame *frame, uintptr_t *out, size_t max)
{
    if (max == 0)
        return 0;
    size_t count = 0;
    out[count++] = frame->ip;
    bool in_text = frame->ip >= (uintptr_t)az_text_start && frame->ip < (uintptr_t)az_text_end;
    if (!in_text && count < max && !az_user_get(&out[count], (const uintptr_t *)AZ_TRAP_STACK_POINTER(frame)))
        count++;
    uintptr_t base = AZ_TRAP_FRAME_POINTER(frame);
    return base == 0 ? count : count + az_arch_backtrace((const void *)base, out + count, max - count);
}
