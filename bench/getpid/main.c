/*
 * Azalea's experiment (Fig. 5 of its paper): the mean of 10,000 consecutive calls of getpid. On Linux each is a `syscall`
 * instruction and a change of privilege; on az it is a call.
 */
#include <sys/types.h>
#include <unistd.h>
#include "clock.h"

#define CALLS 10000

int main(int argc, char **argv)
{
    volatile pid_t pid;
    choose_clock(argc, argv);
    pid = getpid(); /* what is slow once is not part of it */
    unsigned long long begin = ticks();
    for (int i = 0; i < CALLS; i++)
        pid = getpid();
    report("getpid", ticks() - begin, CALLS);
    return pid < 0;
}
