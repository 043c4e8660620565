/*
 * The other half of Azalea's experiment: the mean of 10,000 consecutive calls of getpid, each by the instruction that Linux's programs
 * have for it. On Linux it changes the privilege level; on az it enters through the trap door at the same one.
 */
#include <sys/syscall.h>
#include "clock.h"

#define CALLS 10000

static inline long getpid_by_instruction(void)
{
    long result = SYS_getpid;
#ifdef __x86_64__
    __asm__ volatile("syscall" : "+a"(result)::"rcx", "r11", "memory");
#else
    __asm__ volatile("int $0x80" : "+a"(result)::"memory");
#endif
    return result;
}

int main(int argc, char **argv)
{
    volatile long pid;
    choose_clock(argc, argv);
    pid = getpid_by_instruction(); /* what is slow once is not part of it */
    unsigned long long begin = ticks();
    for (int i = 0; i < CALLS; i++)
        pid = getpid_by_instruction();
    report("getpidTrap", ticks() - begin, CALLS);
    return pid < 0;
}
