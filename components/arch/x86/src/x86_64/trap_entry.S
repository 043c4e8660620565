/*
 * Where exceptions and interrupts arrive. Each stub pushes its number, and the rest builds a struct az_trap_frame.
 *
 * Every vector has an interrupt stack, so that code with a red zone can be interrupted. Faults may nest (a pager touches a part
 * of the physical map that is not mapped yet), so the fault stack's top moves down while a fault is handled.
 */
    .set FAULT_LEVEL_BYTES, 4096

    .macro push_registers
    pushq %rax
    pushq %rcx
    pushq %rdx
    pushq %rbx
    pushq %rbp
    pushq %rsi
    pushq %rdi
    pushq %r8
    pushq %r9
    pushq %r10
    pushq %r11
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    cld
    movq %rsp, %rdi
    .endm

    .macro pop_registers_and_return
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %r11
    popq %r10
    popq %r9
    popq %r8
    popq %rdi
    popq %rsi
    popq %rbp
    popq %rbx
    popq %rdx
    popq %rcx
    popq %rax
    addq $16, %rsp
    iretq
    .endm

    .section .text.az_exception_stubs, "ax"
    .globl az_exception_stubs
az_exception_stubs:
    /* Four bytes each: the common code is near enough for short jumps. */
    .set number, 0
    .rept 32
    pushq $number
    .if (number == 8) || (number >= 10 && number <= 14) || (number == 17) || (number == 21) || (number == 29) || (number == 30)
    jmp exception
    .else
    jmp exception_without_code
    .endif
    .set number, number + 1
    .endr
    .org az_exception_stubs + 32 * 4, 0x90 /* an error when a stub has grown */

exception_without_code:
    pushq (%rsp)
    movq $0, 8(%rsp)
exception:
    push_registers
    subq $FAULT_LEVEL_BYTES, az_tss + 36
    call az_trap
    addq $FAULT_LEVEL_BYTES, az_tss + 36
    pop_registers_and_return

    /* Device vectors 32 to 255, five bytes each: the return address tells which. */
    .section .text.az_vector_stubs, "ax"
    .globl az_vector_stubs
az_vector_stubs:
    .rept 224
    .byte 0xe8
    .long vector - . - 4
    .endr
vector:
    pushq (%rsp)
    push_registers
    call az_vector_dispatch
    pop_registers_and_return
