/*
 * az/user.h: plain accesses that a fault sends to a fixup. General registers only: the app's vector registers are its own. An
 * entry of az_extable belongs to its function's section and goes when that does.
 */
    .set EFAULT, 14
    .set ENAMETOOLONG, 36

    .macro fixup section, from, end, to
    .pushsection az_extable, "ao", @progbits, \section
    .long \from - .
    .long \end - .
    .long \to - .
    .popsection
    .endm

    .set REP_BYTES, 256 /* as in libc/string */

    /* int az_user_copy_in(void *to, const void *user_from, size_t bytes): 32 bytes at a time, then the rest by 8 and 1. */
    .section .text.az_user_copy_in, "ax"
    .globl az_user_copy_in, az_user_copy_out
az_user_copy_in:
az_user_copy_out:
    movq %rdx, %rcx
    shrq $5, %rcx
    jz 2f
    cmpq $REP_BYTES / 32, %rcx
    jae 1f
10: movq (%rsi), %rax
    movq 8(%rsi), %r8
    movq 16(%rsi), %r9
    movq 24(%rsi), %r10
    movq %rax, (%rdi)
    movq %r8, 8(%rdi)
    movq %r9, 16(%rdi)
    movq %r10, 24(%rdi)
    addq $32, %rsi
    addq $32, %rdi
    decq %rcx
    jnz 10b
2:  movl %edx, %ecx
    andl $31, %ecx
    shrl $3, %ecx
    rep movsq
    movl %edx, %ecx
    andl $7, %ecx
    rep movsb
    xorl %eax, %eax
    ret
3:  movl $-EFAULT, %eax
    ret
1:  movq %rdx, %rcx
    shrq $3, %rcx
11: rep movsq
    andl $7, %edx
    jmp 2b
12: fixup az_user_copy_in, 10b, 3b, 3b
    fixup az_user_copy_in, 11b, 12b, 3b

    /* long az_user_string_in(char *to, const char *user_from, size_t bytes) */
    .section .text.az_user_string_in, "ax"
    .globl az_user_string_in
az_user_string_in:
    xorl %eax, %eax
1:  cmpq %rdx, %rax
    jae 2f
10: movb (%rsi, %rax), %cl
    movb %cl, (%rdi, %rax)
    testb %cl, %cl
    jz 4f
    incq %rax
    jmp 1b
2:  movq $-ENAMETOOLONG, %rax
    ret
3:  movq $-EFAULT, %rax
4:  ret
    fixup az_user_string_in, 10b, 3b, 3b
