    /* void az_arch_call_on_stack(void *stack_top, void (*entry)(void *), void *arg) */
    .section .text.az_arch_call_on_stack, "ax"
    .globl az_arch_call_on_stack
az_arch_call_on_stack:
    movl 4(%esp), %eax
    movl 8(%esp), %ecx
    movl 12(%esp), %edx
    andl $-16, %eax
    leal -16(%eax), %esp
    movl %edx, (%esp)
    xorl %ebp, %ebp
    pushl $0 /* a call from nowhere: ends backtraces */
    jmp *%ecx
