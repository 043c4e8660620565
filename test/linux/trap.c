/* System calls by instruction: results, what is kept of registers and stack, waiting, signals. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "show.h"

#define INLINE static inline __attribute__((always_inline)) long

#ifdef __x86_64__
#define MMAP_OFFSET(pages) ((pages)*4096)
INLINE raw6(long n, long a, long b, long c, long d, long e, long f)
{
    register long r10 __asm__("r10") = d, r8 __asm__("r8") = e, r9 __asm__("r9") = f;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}
INLINE raw3(long n, long a, long b, long c)
{
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(n), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return result;
}
INLINE raw0(long n)
{
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(n) : "rcx", "r11", "memory");
    return result;
}
#else
#define MMAP_OFFSET(pages) (pages)
INLINE raw6(long n, long a, long b, long c, long d, long e, long f)
{
    long result;
    __asm__ volatile("push %7; push %%ebp; mov 4(%%esp), %%ebp; int $0x80; pop %%ebp; lea 4(%%esp), %%esp"
                     : "=a"(result)
                     : "a"(n), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e), "g"(f)
                     : "memory");
    return result;
}
INLINE raw3(long n, long a, long b, long c)
{
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(n), "b"(a), "c"(b), "d"(c) : "memory");
    return result;
}
INLINE raw0(long n)
{
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(n) : "memory");
    return result;
}
#endif

/*
 * int kept_by_trap(void): sets every register, the flag of direction and all that a leaf function has below its stack, asks for the
 * process id, and tells whether everything is as it was. A function of an assembly file, so to speak.
 */
int kept_by_trap(void);
#ifdef __x86_64__
__asm__(".section .text.kept_by_trap, \"ax\"\n"
        ".globl kept_by_trap\n"
        "kept_by_trap:\n"
        "    push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
        "    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
        "    mov $0x7000 + \\n, %eax; movd %eax, %xmm\\n; pshufd $0, %xmm\\n, %xmm\\n\n"
        "    movq %rax, -8 - 8 * \\n(%rsp)\n"
        "    .endr\n"
        "    .set value, 1\n"
        "    .irp register, rbx, rdx, rsi, rdi, rbp, r8, r9, r10, r12, r13, r14, r15\n"
        "    movabs $0x123456789a0 + value, %\\register\n"
        "    .set value, value + 1\n"
        "    .endr\n"
        "    std\n"
        "    mov $39, %eax\n"
        "    syscall\n"
        "    movabs $0x123456789a1, %rcx; cmp %rcx, %rbx; jne 1f\n" /* so that a changed RSP is seen as well */
        "    pushf; pop %rcx; cld; test $0x400, %ecx; jz 1f\n"
        "    .set value, 1\n"
        "    .irp register, rbx, rdx, rsi, rdi, rbp, r8, r9, r10, r12, r13, r14, r15\n"
        "    movabs $0x123456789a0 + value, %rax; cmp %rax, %\\register; jne 1f\n"
        "    .set value, value + 1\n"
        "    .endr\n"
        "    .irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
        "    mov $0x7000 + \\n, %eax; cmp %rax, -8 - 8 * \\n(%rsp); jne 1f\n"
        "    movd %xmm\\n, %ecx; cmp %eax, %ecx; jne 1f; psrldq $12, %xmm\\n; movd %xmm\\n, %ecx; cmp %eax, %ecx; jne 1f\n"
        "    .endr\n"
        "    mov $1, %eax; jmp 2f\n"
        "1:  xor %eax, %eax\n"
        "2:  pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx; ret\n"
        ".text");
#else
__asm__(".section .text.kept_by_trap, \"ax\"\n"
        ".globl kept_by_trap\n"
        "kept_by_trap:\n"
        "    push %ebx; push %ebp; push %esi; push %edi\n"
        "    .irp n, 0, 1, 2, 3, 4, 5, 6, 7\n"
        "    mov $0x7000 + \\n, %eax; movd %eax, %xmm\\n; pshufd $0, %xmm\\n, %xmm\\n\n"
        "    .endr\n"
        "    .set value, 1\n"
        "    .irp register, ebx, ecx, edx, esi, edi, ebp\n"
        "    mov $0x12345670 + value, %\\register\n"
        "    .set value, value + 1\n"
        "    .endr\n"
        "    std\n"
        "    mov $20, %eax\n"
        "    int $0x80\n"
        "    pushf; pop %eax; cld; test $0x400, %eax; jz 1f\n"
        "    .set value, 1\n"
        "    .irp register, ebx, ecx, edx, esi, edi, ebp\n"
        "    cmp $0x12345670 + value, %\\register; jne 1f\n"
        "    .set value, value + 1\n"
        "    .endr\n"
        "    .irp n, 0, 1, 2, 3, 4, 5, 6, 7\n"
        "    movd %xmm\\n, %eax; cmp $0x7000 + \\n, %eax; jne 1f\n"
        "    psrldq $12, %xmm\\n; movd %xmm\\n, %eax; cmp $0x7000 + \\n, %eax; jne 1f\n"
        "    .endr\n"
        "    mov $1, %eax; jmp 2f\n"
        "1:  xor %eax, %eax\n"
        "2:  pop %edi; pop %esi; pop %ebp; pop %ebx; ret\n"
        ".text");
#endif

/* What an instruction answers, as a libc shows it. */
static long answered(long result)
{
    if (result < 0 && result >= -4095) {
        errno = (int)-result;
        return -1;
    }
    return result;
}
#define TRAP(call) (errno = 0, show(#call, answered(call)))

static volatile int alarms, nested;

static void on_alarm(int signal)
{
    (void)signal;
    alarms++;
}

static void on_user(int signal)
{
    (void)signal;
    nested = raw0(SYS_getpid) == getpid();
}

static void results(void)
{
    char text[8] = {0};
    int ends[2], value = 7;
    socklen_t size = sizeof value;
    TRAP(raw0(SYS_getpid) == getpid());
    TRAP(raw0(SYS_getuid) == (long)getuid());
    TRAP(raw3(SYS_close, -1, 0, 0));
    TRAP(raw3(SYS_open, (long)"/none", O_RDONLY, 0));
    TRAP(raw3(SYS_pipe, (long)ends, 0, 0));
    TRAP(raw3(SYS_write, ends[1], (long)"seven", 5));
    TRAP(raw3(SYS_read, ends[0], (long)text, 8));
    puts(text);
    TRAP(raw3(SYS_write, ends[1], 8, 5));
    TRAP(raw3(SYS_lseek, ends[0], 0, SEEK_CUR));
    TRAP(raw6(SYS_rt_sigprocmask, SIG_BLOCK, 0, (long)text, 8, 0, 0));
    const int end = socket(AF_INET, SOCK_STREAM, 0);
    TRAP(raw6(SYS_getsockopt, end, SOL_SOCKET, SO_TYPE, (long)&value, (long)&size, 0));
    SHOW(value == SOCK_STREAM);
    TRAP(raw0(9999));
    TRAP(raw0(-1));
    const int zero = open("/dev/zero", O_RDONLY);
    memset(text, 'x', sizeof text);
    TRAP(raw6(SYS_pread64, zero, (long)text, 3, 5, 0, 0));
    printf("%d %d\n", text[2], text[3]);
    TRAP(raw6(SYS_pread64, ends[0], (long)text, 3, 5, 0, 0));

    /* Six arguments, the last of which i386 counts in pages. */
    const long at = raw6(SYS_mmap, 0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, MMAP_OFFSET(3));
    SHOW(at < 0 && at >= -4095);
    memset((void *)at, 5, 4096);
    TRAP(raw3(SYS_munmap, at, 4096, 0));
}

static void waits(void)
{
    int ends[2];
    char byte;
    TRAP(raw3(SYS_poll, 0, 0, 20));
    pipe(ends);
    struct pollfd one = {.fd = ends[0], .events = POLLIN};
    TRAP(raw3(SYS_poll, (long)&one, 1, 10));
    write(ends[1], "y", 1);
    TRAP(raw3(SYS_poll, (long)&one, 1, -1));
    SHOW(one.revents == POLLIN);
    TRAP(raw3(SYS_read, ends[0], (long)&byte, 1));

    const struct sigaction action = {.sa_handler = on_alarm}, restart = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
    const struct itimerval soon = {.it_value = {.tv_usec = 20000}};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &soon, NULL);
    TRAP(raw3(SYS_read, ends[0], (long)&byte, 1));
    SHOW(alarms);
    sigaction(SIGALRM, &restart, NULL);
    setitimer(ITIMER_REAL, &soon, NULL);
    TRAP(raw0(SYS_pause));
    SHOW(alarms);
    signal(SIGUSR1, on_user);
    TRAP(raw3(SYS_kill, getpid(), SIGUSR1, 0));
    SHOW(nested);
}

int main(void)
{
    int same = 0;
    SHOW(kept_by_trap());
    results();
    waits();
    for (int i = 0; i < 10000; i++)
        same += raw0(SYS_getpid) == raw0(SYS_getpid);
    SHOW(same);
    SHOW(kept_by_trap());
    fflush(stdout);
    return raw3(SYS_exit_group, 7, 0, 0);
}
