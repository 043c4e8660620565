/* Cancellation: at a call that waits, at the next one, never where it is off; cleanup handlers; what a call has done already. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "show.h"

static int ends[2];
static sem_t begun;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){0, ms * 1000000}, NULL);
}

static void cleaned(void *what)
{
    printf("cleaned up %s\n", (const char *)what);
}

static void unlock(void *lock)
{
    printf("unlocked: %d\n", pthread_mutex_unlock(lock));
}

static void *reads(void *arg)
{
    char byte;
    pthread_cleanup_push(cleaned, "first");
    pthread_cleanup_push(cleaned, "second");
    sem_post(&begun);
    SHOW(read(ends[0], &byte, 1));
    pthread_cleanup_pop(0);
    pthread_cleanup_pop(0);
    return arg;
}

static void *sleeps(void *arg)
{
    sem_post(&begun);
    sleep(100);
    return arg;
}

static void *waits(void *arg)
{
    pthread_mutex_lock(&mutex);
    pthread_cleanup_push(unlock, &mutex);
    sem_post(&begun);
    pthread_cond_wait(&never, &mutex);
    pthread_cleanup_pop(0);
    return arg;
}

static void *forbids(void *arg)
{
    int old;
    char byte = '?';
    SHOW(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old));
    sem_post(&begun);
    SHOW(read(ends[0], &byte, 1));
    SHOW(byte);
    SHOW(pthread_setcancelstate(old, NULL));
    SHOW(write(ends[1], "lost", 4));
    return arg;
}

static void *tests(void *arg)
{
    sem_post(&begun);
    for (;;) {
        pthread_testcancel();
        sched_yield();
    }
    return arg;
}

/* A mutex is no place to be cancelled at. */
static void *locks(void *arg)
{
    sem_post(&begun);
    SHOW(pthread_mutex_lock(&mutex));
    SHOW(pthread_mutex_unlock(&mutex));
    pthread_testcancel();
    return arg;
}

static void *at_once(void *arg)
{
    SHOW(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL));
    sem_post(&begun);
    for (;;)
        sched_yield();
    return arg;
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

static void end(const char *what, pthread_t thread)
{
    void *result;
    pthread_join(thread, &result);
    printf("%s: %s\n", what, result == PTHREAD_CANCELED ? "cancelled" : "returned");
}

static void stop(const char *what, void *(*run)(void *))
{
    pthread_t thread = start(run);
    pthread_cancel(thread);
    end(what, thread);
}

int main(void)
{
    sem_init(&begun, 0, 0);
    pipe(ends);
    stop("reading", reads);
    stop("sleeping", sleeps);
    stop("waiting", waits);
    SHOW(pthread_mutex_trylock(&mutex));
    pthread_mutex_unlock(&mutex);

    pthread_t thread = start(forbids);
    pthread_cancel(thread);
    pause_ms(10);
    write(ends[1], "x", 1);
    end("forbidden", thread);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    char text[8];
    SHOW(read(ends[0], text, sizeof(text)));

    stop("testing", tests);

    pthread_mutex_lock(&mutex);
    thread = start(locks);
    pthread_cancel(thread);
    pause_ms(10);
    pthread_mutex_unlock(&mutex);
    end("locking", thread);

    stop("at once", at_once);
    return 0;
}
