/* The registers of an interrupted context, as src/<arch>/trap_entry.S leaves them on the stack. */
#ifndef AZ_TRAP_FRAME_H
#define AZ_TRAP_FRAME_H

#include <az/base.h>

#ifdef __x86_64__
struct az_trap_frame {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rdi, rsi, rbp, rbx, rdx, rcx, rax;
    uint64_t vector, error; /* vector: for a device's interrupt, the return address of its stub */
    uint64_t ip, cs, flags, sp, ss;
};
static_assert(sizeof(struct az_trap_frame) == 22 * 8, "trap_entry.S pushes 22 words");
#define AZ_TRAP_FRAME_POINTER(frame) ((frame)->rbp)
#define AZ_TRAP_STACK_POINTER(frame) ((frame)->sp)
#else
struct az_trap_frame {
    uint32_t edi, esi, ebp, esp_unused, ebx, edx, ecx, eax;
    uint32_t vector, error;
    uint32_t ip, cs, flags; /* same privilege level: the stack goes on right above */
};
static_assert(sizeof(struct az_trap_frame) == 13 * 4, "trap_entry.S pushes 13 words");
#define AZ_TRAP_FRAME_POINTER(frame) ((frame)->ebp)
#define AZ_TRAP_STACK_POINTER(frame) ((uintptr_t)((frame) + 1))
#endif

enum {
    AZ_TRAP_DIVIDE = 0,
    AZ_TRAP_NMI = 2,
    AZ_TRAP_DOUBLE_FAULT = 8,
    AZ_TRAP_NOT_PRESENT = 11,
    AZ_TRAP_PROTECTION = 13,
    AZ_TRAP_PAGE_FAULT = 14,
    AZ_TRAP_EXCEPTIONS = 32,
};

#endif
