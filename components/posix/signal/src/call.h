/* Calling a function on another stack and coming back. */
#ifndef AZ_SIGNAL_CALL_H
#define AZ_SIGNAL_CALL_H

#include <az/base.h>

/* Calls function(arg) on the stack that ends at `top`, then returns here. A longjmp out of it is fine. */
AZ_ALWAYS_INLINE void az_call_on_stack(void *top, void (*function)(void *), void *arg)
{
    uintptr_t stack = AZ_ROUND_DOWN((uintptr_t)top, (uintptr_t)16);
#ifdef __x86_64__
    __asm__ volatile("mov %%rsp, %%rbx\n\t"
                     "mov %1, %%rsp\n\t"
                     "call *%2\n\t"
                     "mov %%rbx, %%rsp"
                     : "+D"(arg)
                     : "r"(stack), "r"(function)
                     : "rax", "rbx", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "cc", "memory", "xmm0", "xmm1",
                       "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12",
                       "xmm13", "xmm14", "xmm15");
#else
    __asm__ volatile("mov %%esp, %%ebx\n\t"
                     "lea -12(%1), %%esp\n\t"
                     "push %0\n\t"
                     "call *%2\n\t"
                     "mov %%ebx, %%esp"
                     : "+a"(arg), "+c"(stack), "+d"(function)
                     :
                     : "ebx", "cc", "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7");
#endif
}

#endif
