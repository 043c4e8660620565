/*
 * Small guests that exercise the runners before (and apart from) the kernel: 32-bit protected mode, no paging,
 * no interrupts. One source for both flavours, chosen by -DGUEST_<NAME>: multiboot 1 and PVH enter in the same
 * state, so the ELF64 one holds 32-bit code too.
 * Formats: Multiboot Specification 0.6.96 section 3.1; Xen's docs/misc/pvh.pandoc and elfnote.h.
 */
.set LINK, 0xe9
.set TRIGGER, 0xf4
.set COM1, 0x3f8

#ifdef __i386__                         /* QEMU refuses an ELF64 file that has a multiboot header */
.section .multiboot, "a"
.align 4
        .long 0x1badb002
        .long 2                         /* wants the memory map */
        .long -(0x1badb002 + 2)
#endif

.section .note.xen, "a", @note
.align 4
        .long 4, 4, 18                  /* XEN_ELFNOTE_PHYS32_ENTRY */
        .asciz "Xen"
        .long _start

.section .stamps, "aw"
.globl az_boot_tsc_entry, az_boot_tsc_main
az_boot_tsc_entry:
        .quad 0
az_boot_tsc_main:
        .quad 0

.section .bss
.align 16
        .skip 4096
stack_top:

.text
.code32
.globl _start
_start:
        movl $stack_top, %esp
        movl %eax, %ebp                 /* the multiboot magic, or what PVH left there */

#ifdef GUEST_EXIT
        movl $console_text, %esi
        call print
        movl $exit_record, %esi
        call tell
        jmp trigger
#endif

#ifdef GUEST_ECHO
        movl $main_record, %esi
        call tell
1:      call read
        cmpb $4, %al
        je 2f
        call put
        jmp 1b
2:      movl $exit_record, %esi
        call tell
        jmp trigger
#endif

#ifdef GUEST_ARGS
        /* Prints the command line: multiboot has it at info+16, PVH's start_info at +24. */
        movl 24(%ebx), %esi
        cmpl $0x2badb002, %ebp
        jne 1f
        movl 16(%ebx), %esi
1:      call print
        movl $exit_record, %esi
        call tell
        jmp trigger
#endif

#ifdef GUEST_LOOP
        movl $console_text, %esi
        call print
1:      jmp 1b
#endif

#ifdef GUEST_TRIPLE
        lidt empty_idt
        int3
#endif

#ifdef GUEST_RESET
        movw $0xcf9, %dx                /* reset control: choose a hard reset, then trigger it */
        movb $2, %al
        outb %al, %dx
        movb $6, %al
        outb %al, %dx
        jmp stop
#endif

#ifdef GUEST_HALT
        jmp stop
#endif

#ifdef GUEST_PANIC
        movl $console_text, %esi
        call print
        movl $panic_record, %esi
        call tell
        jmp trigger
#endif

#ifdef GUEST_LISTEN
        movl $listen_record, %esi
        call tell
        movl $main_record, %esi
        call tell
        call read                       /* any key ends it */
        movl $unlisten_record, %esi
        call tell
        movl $exit_record, %esi
        call tell
        jmp trigger
#endif

#ifdef GUEST_FLOOD
        /* 1 MiB of console output: holds the runner to back-pressure and to losing nothing at the end. */
        movl $0x100000, %edi
1:      movb $'x', %al
        call put
        decl %edi
        jnz 1b
        movl $exit_record, %esi
        call tell
        jmp trigger
#endif

#ifdef GUEST_STAMPS
        /* Between the two reads of the TSC: 2 stores, 1 load, COUNT times (decl, jnz), and the second read. */
        rdtsc
        movl %eax, az_boot_tsc_entry
        movl %edx, az_boot_tsc_entry + 4
        movl $COUNT, %ecx
1:      decl %ecx
        jnz 1b
        rdtsc
        movl %eax, az_boot_tsc_main
        movl %edx, az_boot_tsc_main + 4
        movl $main_record, %esi
        call tell
        movl $exit_record, %esi
        call tell
        jmp trigger
#endif

trigger:
        movb $1, %al
        outb %al, $TRIGGER
stop:
        cli
        hlt
        jmp stop

/* Prints the string at %esi on the console. */
print:
        lodsb
        testb %al, %al
        jz 1f
        call put
        jmp print
1:      ret

/* Puts %al on the console. */
put:
        movb %al, %ah
        movw $COM1 + 5, %dx
1:      inb %dx, %al
        testb $0x20, %al
        jz 1b
        movb %ah, %al
        movw $COM1, %dx
        outb %al, %dx
        ret

/* Reads a byte of the console into %al. */
read:
        movw $COM1 + 5, %dx
1:      inb %dx, %al
        testb $1, %al
        jz 1b
        movw $COM1, %dx
        inb %dx, %al
        ret

/* Sends the record at %esi over host.link. */
tell:
        lodsb
        testb %al, %al
        jz 1f
        outb %al, $LINK
        jmp tell
1:      ret

.section .rodata
console_text:
        .asciz "hello from a guest\n"
#ifndef STATUS
#define STATUS 200
#endif
#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
exit_record:
        .ascii "exit "
        .ascii TEXT(STATUS)
        .asciz "\n"
panic_record:
        .asciz "panic 0123abcd 100010 100020\n"
listen_record:
        .asciz "listen tcp 8080\nwhatever this is\n"
unlisten_record:
        .asciz "unlisten tcp 8080\n"
main_record:
        .asciz "main\n"
empty_idt:
        .word 0
        .long 0
