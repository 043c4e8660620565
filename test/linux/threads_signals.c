/* Signals to one thread of several: masks of their own, waits that they end, a process's signal taken by who allows it. */
#define _GNU_SOURCE
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "show.h"

static sem_t begun;
static _Thread_local int handled;
static volatile int handled_by;

static void note(int number)
{
    handled += number;
    handled_by = gettid();
}

static void install(int number, int flags)
{
    struct sigaction action = {.sa_handler = note, .sa_flags = flags};
    sigaction(number, &action, NULL);
}

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){0, ms * 1000000}, NULL);
}

static int ends[2];

static void *reads(void *arg)
{
    char byte;
    (void)arg;
    sem_post(&begun);
    SHOW(read(ends[0], &byte, 1));
    SHOW(handled == SIGUSR1);
    SHOW(handled_by == gettid());
    return NULL;
}

static void *waits_for_one(void *arg)
{
    sigset_t set;
    int number = 0;
    (void)arg;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sem_post(&begun);
    SHOW(sigwait(&set, &number));
    SHOW(number == SIGUSR2);
    return NULL;
}

static void *has_it_blocked(void *arg)
{
    sigset_t set, pending;
    (void)arg;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    sem_post(&begun);
    pause_ms(30);
    SHOW(handled);
    sigpending(&pending);
    SHOW(sigismember(&pending, SIGUSR1));
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    SHOW(handled == SIGUSR1);
    return NULL;
}

static void *suspends(void *arg)
{
    sigset_t set;
    (void)arg;
    sigfillset(&set);
    pthread_sigmask(SIG_SETMASK, &set, NULL);
    sigdelset(&set, SIGUSR1);
    sem_post(&begun);
    SHOW(sigsuspend(&set));
    SHOW(handled == SIGUSR1);
    return NULL;
}

static void *sleeps(void *arg)
{
    struct timespec left = {0, 0};
    (void)arg;
    sem_post(&begun);
    SHOW(nanosleep(&(struct timespec){5, 0}, &left));
    SHOW(left.tv_sec);
    return NULL;
}

static pthread_t start(void *(*run)(void *))
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, NULL))
        abort();
    while (sem_wait(&begun))
        ;
    pause_ms(10);
    return thread;
}

int main(void)
{
    pthread_t thread;
    sigset_t set;
    sem_init(&begun, 0, 0);
    pipe(ends);
    install(SIGUSR1, 0);

    thread = start(reads);
    pthread_kill(thread, SIGUSR1);
    pthread_join(thread, NULL);
    SHOW(handled);

    install(SIGUSR1, SA_RESTART);
    thread = start(reads);
    pthread_kill(thread, SIGUSR1);
    pause_ms(10);
    write(ends[1], "x", 1);
    pthread_join(thread, NULL);

    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    thread = start(waits_for_one);
    kill(getpid(), SIGUSR2);
    pthread_join(thread, NULL);
    thread = start(waits_for_one);
    pthread_kill(thread, SIGUSR2);
    pthread_join(thread, NULL);

    thread = start(has_it_blocked);
    pthread_kill(thread, SIGUSR1);
    pthread_join(thread, NULL);

    thread = start(suspends);
    pthread_kill(thread, SIGUSR1);
    pthread_join(thread, NULL);

    thread = start(sleeps);
    SHOW(pthread_kill(thread, 0));
    pthread_kill(thread, SIGUSR1);
    pthread_join(thread, NULL);

    /* The first thread blocks it: another one must take it. */
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    thread = start(sleeps);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    kill(getpid(), SIGUSR1);
    pthread_join(thread, NULL);
    SHOW(handled_by != gettid());
    SHOW(handled);
    return 0;
}
