    /* void az_arch_call_on_stack(void *stack_top, void (*entry)(void *), void *arg) */
    .section .text.az_arch_call_on_stack, "ax"
    .globl az_arch_call_on_stack
az_arch_call_on_stack:
    andq $-16, %rdi
    movq %rdi, %rsp
    xorl %ebp, %ebp
    movq %rdx, %rdi
    pushq $0 /* a call from nowhere: ends backtraces */
    jmp *%rsi
