/*
 * A context switch between two processes, as lmbench's lat_ctx takes it: a byte goes back and forth through two pipes, less
 * what the same calls cost in one process that does not switch. Linux alone: az has one process, whose threads are what
 * bench/threads switches between.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>
#include "ping_pong.h"

#define ROUNDS 2000

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
        answer_each(there[0], back[1]);
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
