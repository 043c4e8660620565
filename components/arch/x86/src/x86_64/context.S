/*
 * Contexts of threads. A context that does not run is a stack pointer: below what a call must preserve (System V ABI, 3.2.1) lie
 * the control words of SSE and x87, whose registers are the caller's to save.
 */
#define CONTEXT_BYTES 64

    /* void az_context_switch(void **out_from, void *to) */
    .section .text.az_context_switch, "ax"
    .globl az_context_switch
az_context_switch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    subq $8, %rsp
    stmxcsr (%rsp)
    fnstcw 4(%rsp)
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    ldmxcsr (%rsp)
    fldcw 4(%rsp)
    addq $8, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret

    /* void *az_context_new(void *stack_top, void (*entry)(void *), void *arg) */
    .section .text.az_context_new, "ax"
    .globl az_context_new
az_context_new:
    andq $-16, %rdi
    leaq -CONTEXT_BYTES(%rdi), %rax
    stmxcsr (%rax)
    fnstcw 4(%rax)
    movq %rdx, 32(%rax) /* r12 */
    movq %rsi, 40(%rax) /* rbx */
    movq $0, 48(%rax)   /* rbp: ends backtraces */
    leaq begin(%rip), %rcx
    movq %rcx, 56(%rax)
    ret
begin:
    movq %r12, %rdi
    pushq $0 /* a call from nowhere */
    jmp *%rbx
