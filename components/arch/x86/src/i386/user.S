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

    /* int az_user_copy_in(void *to, const void *user_from, size_t bytes): 8 bytes at a time, then 1. */
    .section .text.az_user_copy_in, "ax"
    .globl az_user_copy_in, az_user_copy_out
az_user_copy_in:
az_user_copy_out:
    pushl %edi
    pushl %esi
    pushl %ebx
    movl 16(%esp), %edi
    movl 20(%esp), %esi
    movl 24(%esp), %edx
    movl %edx, %ecx
    shrl $3, %ecx
    jz 2f
    cmpl $REP_BYTES / 8, %ecx
    jae 1f
10: movl (%esi), %eax
    movl 4(%esi), %ebx
    movl %eax, (%edi)
    movl %ebx, 4(%edi)
    addl $8, %esi
    addl $8, %edi
    decl %ecx
    jnz 10b
2:  movl %edx, %ecx
    andl $7, %ecx
    rep movsb
    xorl %eax, %eax
    jmp 4f
3:  movl $-EFAULT, %eax
4:  popl %ebx
    popl %esi
    popl %edi
    ret
1:  movl %edx, %ecx
    shrl $2, %ecx
11: rep movsl
    andl $3, %edx
    jmp 2b
12: fixup az_user_copy_in, 10b, 3b, 3b
    fixup az_user_copy_in, 11b, 12b, 3b

    /* long az_user_string_in(char *to, const char *user_from, size_t bytes) */
    .section .text.az_user_string_in, "ax"
    .globl az_user_string_in
az_user_string_in:
    pushl %esi
    movl 8(%esp), %edx
    movl 12(%esp), %esi
    xorl %eax, %eax
1:  cmpl 16(%esp), %eax
    jae 2f
10: movb (%esi, %eax), %cl
    movb %cl, (%edx, %eax)
    testb %cl, %cl
    jz 4f
    incl %eax
    jmp 1b
2:  movl $-ENAMETOOLONG, %eax
    popl %esi
    ret
3:  movl $-EFAULT, %eax
4:  popl %esi
    ret
    fixup az_user_string_in, 10b, 3b, 3b
