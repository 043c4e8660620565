/*
 * Contexts of threads. A context that does not run is a stack pointer: below what a call must preserve (System V ABI, i386,
 * 2.2.1) lie the control words of SSE and x87, whose registers are the caller's to save.
 */
#define CONTEXT_BYTES 40 /* 28, and 12 so that the stack is aligned when entry begins */

    /* void az_context_switch(void **out_from, void *to) */
    .section .text.az_context_switch, "ax"
    .globl az_context_switch
az_context_switch:
    movl 4(%esp), %eax
    movl 8(%esp), %edx
    pushl %ebp
    pushl %ebx
    pushl %esi
    pushl %edi
    subl $8, %esp
    stmxcsr (%esp)
    fnstcw 4(%esp)
    movl %esp, (%eax)
    movl %edx, %esp
    ldmxcsr (%esp)
    fldcw 4(%esp)
    addl $8, %esp
    popl %edi
    popl %esi
    popl %ebx
    popl %ebp
    ret

    /* void *az_context_new(void *stack_top, void (*entry)(void *), void *arg) */
    .section .text.az_context_new, "ax"
    .globl az_context_new
az_context_new:
    movl 4(%esp), %eax
    movl 8(%esp), %ecx
    movl 12(%esp), %edx
    andl $-16, %eax
    subl $CONTEXT_BYTES, %eax
    stmxcsr (%eax)
    fnstcw 4(%eax)
    movl %edx, 12(%eax) /* esi */
    movl %ecx, 16(%eax) /* ebx */
    movl $0, 20(%eax)   /* ebp: ends backtraces */
    movl $begin, 24(%eax)
    ret
begin:
    pushl %esi
    pushl $0 /* a call from nowhere */
    jmp *%ebx
