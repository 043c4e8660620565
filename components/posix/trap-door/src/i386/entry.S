/*
 * `int $0x80` through a gate of the kernel's own privilege level, so on the app's stack. All registers are kept but EAX, as Linux
 * keeps them.
 */
    .set VECTOR_BYTES, 8 * 16

    .macro each_vector_register operation
    .irp number, 0, 1, 2, 3, 4, 5, 6, 7
    \operation \number
    .endr
    .endm
    .macro save number
    movaps %xmm\number, 16 * \number(%esp)
    .endm
    .macro restore number
    movaps 32 + 16 * \number(%esp), %xmm\number
    .endm

    .section .text.az_trap_door, "ax"
    .globl az_trap_door
az_trap_door:
    pushl %ebp
    movl %esp, %ebp /* with the address above it, a frame for backtraces */
    pushl %edi
    pushl %esi
    pushl %edx
    pushl %ecx
    pushl %ebx
    subl $VECTOR_BYTES, %esp
    andl $-16, %esp
    each_vector_register save

    /* az_trap_door_call(eax, ebx, ecx, edx, esi, edi, ebp) */
    subl $4, %esp
    pushl (%ebp)
    pushl %edi
    pushl %esi
    pushl %edx
    pushl %ecx
    pushl %ebx
    pushl %eax
    cld
    call az_trap_door_call

    each_vector_register restore
    leal -5 * 4(%ebp), %esp
    popl %ebx
    popl %ecx
    popl %edx
    popl %esi
    popl %edi
    popl %ebp
    iretl
