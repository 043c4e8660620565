/*
 * A context switch between two processes, as lmbench's lat_ctx takes it: a byte goes back and forth through two pipes, less
 * what the same calls cost in one process that does not switch. Linux alone: az has one process, whose threads are what
 * bench/threads switches between.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>
#include "clock.h"

#define ROUNDS 2000

static void pass(int out, int in)
{
    char byte = 0;
    if (write(out, &byte, 1) != 1 || read(in, &byte, 1) != 1)
        _exit(1);
}

static unsigned long long ping_pong(int out, int in, unsigned rounds)
{
    unsigned long long begin = ticks();
    for (unsigned i = 0; i < rounds; i++)
        pass(out, in);
    return ticks() - begin;
}

int main(int argc, char **argv)
{
    int there[2], back[2];
    cpu_set_t one;
    choose_clock(argc, argv);
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    if (sched_setaffinity(0, sizeof(one), &one) < 0 || pipe(there) < 0 || pipe(back) < 0)
        return 1;
    ping_pong(there[1], there[0], 10);
    unsigned long long calls = ping_pong(there[1], there[0], ROUNDS);
    pid_t other = fork();
    if (other == 0) {
        char byte;
        while (read(there[0], &byte, 1) == 1 && byte == 0 && write(back[1], &byte, 1) == 1)
            ;
        _exit(0);
    }
    if (other < 0)
        return 1;
    ping_pong(there[1], back[0], 10);
    unsigned long long both = ping_pong(there[1], back[0], ROUNDS);
    /* A round is two switches and the calls of both processes: two writes and two reads. */
    unsigned long long switches = both > 2 * calls ? both - 2 * calls : 0;
    report("processSwitch", switches, 2 * ROUNDS);
    char stop = 1;
    if (write(there[1], &stop, 1) != 1)
        return 1;
    return waitpid(other, NULL, 0) != other;
}
