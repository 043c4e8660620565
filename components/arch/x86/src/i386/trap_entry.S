/*
 * Where exceptions and interrupts arrive. Each stub pushes its number, and the rest builds a struct az_trap_frame on the stack
 * of whoever was interrupted; only the double fault has a stack of its own (a task gate, descriptors.c).
 */
    .macro call_aligned function
    pushal
    cld
    movl %esp, %ebx
    andl $-16, %esp
    subl $12, %esp
    pushl %ebx
    call \function
    movl %ebx, %esp
    popal
    addl $8, %esp
    iretl
    .endm

    .section .text.az_exception_stubs, "ax"
    .globl az_exception_stubs
az_exception_stubs:
    /* Four bytes each: the common code is near enough for short jumps. */
    .set number, 0
    .rept 32
    pushl $number
    .if (number == 8) || (number >= 10 && number <= 14) || (number == 17) || (number == 21) || (number == 29) || (number == 30)
    jmp exception
    .else
    jmp exception_without_code
    .endif
    .set number, number + 1
    .endr
    .org az_exception_stubs + 32 * 4, 0x90 /* an error when a stub has grown */

exception_without_code:
    pushl (%esp)
    movl $0, 4(%esp)
exception:
    call_aligned az_trap

    .section .text.az_double_fault, "ax"
    .globl az_double_fault
az_double_fault:
    clts /* set by the task switch; the FPU is nobody else's */
    call az_double_fault_panic

    /* Device vectors 32 to 255, five bytes each: the return address tells which. */
    .section .text.az_vector_stubs, "ax"
    .globl az_vector_stubs
az_vector_stubs:
    .rept 224
    .byte 0xe8
    .long vector - . - 4
    .endr
vector:
    pushl (%esp)
    call_aligned az_vector_dispatch
