/*
 * `syscall` at the kernel's own privilege level: it leaves the address to go back to in RCX and the flags in R11, and the stack as it
 * was. `sysret` would go to ring 3, so the way back is a jump. All other registers are kept but RAX, as Linux keeps them: the call
 * itself keeps what every C function does, and the rest is saved here.
 */
    .set ENOSYS, 38
    .set RED_ZONE_BYTES, 128
    .set VECTOR_BYTES, 16 * 16

    .macro each_vector_register operation
    .irp number, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    \operation \number
    .endr
    .endm
    .macro save number
    movaps %xmm\number, 16 * \number(%rsp)
    .endm
    .macro restore number
    movaps 16 * \number(%rsp), %xmm\number
    .endm

    .section .text.az_trap_door, "ax"
    .globl az_trap_door
az_trap_door:
    subq $RED_ZONE_BYTES, %rsp /* what a leaf function has below its stack */
    pushq %rcx
    pushq %rbp
    movq %rsp, %rbp /* with the address above it, a frame for backtraces */
    pushq %r11
    pushq %rdi
    pushq %rsi
    pushq %rdx
    pushq %r8
    pushq %r9
    pushq %r10
    subq $VECTOR_BYTES, %rsp
    andq $-16, %rsp
    each_vector_register save

    /* The arguments are where a C function has them, but for the fourth. */
    cmpq az_dynamic_numbers, %rax
    jae 1f
    movzwl az_dynamic_places(,%rax,2), %eax
    testl %eax, %eax
    jz 1f
    movq %r10, %rcx
    call *az_dynamic_calls - 8(,%rax,8)

2:
    each_vector_register restore
    leaq -7 * 8(%rbp), %rsp
    popq %r10
    popq %r9
    popq %r8
    popq %rdx
    popq %rsi
    popq %rdi
    popq %r11
    popq %rbp
    popq %rcx
    pushq %r11
    popfq
    leaq RED_ZONE_BYTES(%rsp), %rsp
    jmp *%rcx

1:  movq $-ENOSYS, %rax
    jmp 2b
