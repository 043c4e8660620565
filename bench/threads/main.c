/*
 * What threads cost on one processor. A context switch is taken as lmbench's lat_ctx takes it: a byte goes back and forth through
 * two pipes, less what the same calls cost one thread that does not switch.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>
#include "ping_pong.h"

#define ROUNDS 2000
#define WARM_UP 10

static int there[2], back[2];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static pthread_t start(void *(*run)(void *))
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, NULL))
        exit(1);
    return thread;
}

static void *answer(void *unused)
{
    answer_each(there[0], back[1]);
    return unused;
}

static void measure_switch(void)
{
    char stop = 1;
    if (pipe(there) < 0 || pipe(back) < 0)
        exit(1);
    ping_pong(there[1], there[0], WARM_UP);
    unsigned long long calls = ping_pong(there[1], there[0], ROUNDS);
    pthread_t other = start(answer);
    ping_pong(there[1], back[0], WARM_UP);
    unsigned long long both = ping_pong(there[1], back[0], ROUNDS);
    /* A round is two switches and the calls of both threads: two writes and two reads. */
    report("contextSwitch", both > 2 * calls ? both - 2 * calls : 0, 2 * ROUNDS);
    if (write(there[1], &stop, 1) != 1)
        exit(1);
    pthread_join(other, NULL);
}

static void *yields(void *unused)
{
    for (unsigned i = 0; i < ROUNDS; i++)
        sched_yield();
    return unused;
}

/* Each call of one thread runs the other. */
static void measure_yield(void)
{
    pthread_t other = start(yields);
    unsigned long long begin = ticks();
    yields(NULL);
    pthread_join(other, NULL);
    report("threadYield", ticks() - begin, 2 * ROUNDS);
}

static void *fights(void *unused)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&mutex);
        sched_yield(); /* the other one comes to find it taken */
        pthread_mutex_unlock(&mutex);
    }
    return unused;
}

static void measure_contention(void)
{
    pthread_t other = start(fights);
    unsigned long long begin = ticks();
    fights(NULL);
    pthread_join(other, NULL);
    report("mutexContended", ticks() - begin, 2 * ROUNDS);
}

static void *nothing(void *unused)
{
    return unused;
}

static void measure_creation(void)
{
    for (unsigned i = 0; i < WARM_UP; i++)
        pthread_join(start(nothing), NULL);
    unsigned long long begin = ticks();
    for (unsigned i = 0; i < ROUNDS; i++)
        pthread_join(start(nothing), NULL);
    report("threadCreateJoin", ticks() - begin, ROUNDS);
}

int main(int argc, char **argv)
{
    cpu_set_t one;
    choose_clock(argc, argv);
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    if (sched_setaffinity(0, sizeof(one), &one) < 0)
        return 1;
    measure_switch();
    measure_yield();
    measure_contention();
    measure_creation();
    return 0;
}
