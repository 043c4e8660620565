/* What threads wait on: mutexes of every kind, conditions, read-write locks, barriers, semaphores, once. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdlib.h>
#include <time.h>

#include "show.h"

#define THREADS 4

static const char *name_of(int error)
{
    return error ? error_name(error) : "ok";
}
#define TELL(expression) printf(#expression ": %s\n", name_of(expression))

static void together(void *(*run)(void *))
{
    pthread_t threads[THREADS];
    for (long i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, run, (void *)i))
            abort();
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

static struct timespec after_ms(clockid_t clock, long ms)
{
    struct timespec moment;
    clock_gettime(clock, &moment);
    moment.tv_nsec += ms * 1000000;
    moment.tv_sec += moment.tv_nsec / 1000000000;
    moment.tv_nsec %= 1000000000;
    return moment;
}

/* -- Mutexes */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int counter;

static void *count(void *arg)
{
    (void)arg;
    for (int i = 0; i < 500; i++) {
        pthread_mutex_lock(&mutex);
        int before = counter;
        sched_yield();
        counter = before + 1;
        pthread_mutex_unlock(&mutex);
    }
    return NULL;
}

static void *tries(void *arg)
{
    struct timespec soon = after_ms(CLOCK_REALTIME, 5);
    TELL(pthread_mutex_trylock(arg));
    TELL(pthread_mutex_timedlock(arg, &soon));
    TELL(pthread_mutex_unlock(arg));
    return NULL;
}

static void *dies_with_it(void *arg)
{
    pthread_mutex_lock(arg);
    return NULL;
}

static void mutexes(void)
{
    pthread_mutexattr_t attributes;
    pthread_mutex_t checked, recursive, robust;
    pthread_t thread;
    together(count);
    SHOW(counter);

    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(&checked, &attributes);
    TELL(pthread_mutex_lock(&checked));
    TELL(pthread_mutex_lock(&checked));
    pthread_create(&thread, NULL, tries, &checked);
    pthread_join(thread, NULL);
    TELL(pthread_mutex_unlock(&checked));
    TELL(pthread_mutex_unlock(&checked));

    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&recursive, &attributes);
    TELL(pthread_mutex_lock(&recursive));
    TELL(pthread_mutex_lock(&recursive));
    TELL(pthread_mutex_unlock(&recursive));
    TELL(pthread_mutex_unlock(&recursive));
    TELL(pthread_mutex_unlock(&recursive));

    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_NORMAL);
    TELL(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST));
    pthread_mutex_init(&robust, &attributes);
    pthread_create(&thread, NULL, dies_with_it, &robust);
    pthread_join(thread, NULL);
    printf("of a thread that died: %s\n", name_of(pthread_mutex_lock(&robust)) == name_of(EOWNERDEAD) ? "owner dead" : "?");
    TELL(pthread_mutex_consistent(&robust));
    TELL(pthread_mutex_unlock(&robust));
    TELL(pthread_mutex_lock(&robust));
}

/* -- Conditions */

static pthread_cond_t filled = PTHREAD_COND_INITIALIZER, emptied = PTHREAD_COND_INITIALIZER;
static int box, full, sum;

static void *produce(void *arg)
{
    (void)arg;
    for (int i = 1; i <= 100; i++) {
        pthread_mutex_lock(&mutex);
        while (full)
            pthread_cond_wait(&emptied, &mutex);
        box = i;
        full = 1;
        pthread_cond_signal(&filled);
        pthread_mutex_unlock(&mutex);
    }
    return NULL;
}

static void consume(void)
{
    for (int i = 0; i < 100; i++) {
        pthread_mutex_lock(&mutex);
        while (!full)
            pthread_cond_wait(&filled, &mutex);
        sum = sum * 3 + box;
        full = 0;
        pthread_cond_signal(&emptied);
        pthread_mutex_unlock(&mutex);
    }
}

static int ready, went;

static void *waits_for_all(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&mutex);
    ready++;
    pthread_cond_signal(&emptied);
    while (ready >= 0)
        pthread_cond_wait(&filled, &mutex);
    went++;
    pthread_mutex_unlock(&mutex);
    return NULL;
}

static void conditions(void)
{
    pthread_t threads[THREADS];
    pthread_create(&threads[0], NULL, produce, NULL);
    consume();
    pthread_join(threads[0], NULL);
    SHOW(sum);

    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, waits_for_all, NULL);
    pthread_mutex_lock(&mutex);
    while (ready < THREADS)
        pthread_cond_wait(&emptied, &mutex);
    ready = -1;
    pthread_cond_broadcast(&filled);
    pthread_mutex_unlock(&mutex);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    SHOW(went);

    struct timespec soon = after_ms(CLOCK_REALTIME, 20);
    pthread_mutex_lock(&mutex);
    TELL(pthread_cond_timedwait(&filled, &mutex, &soon));
    TELL(pthread_mutex_trylock(&mutex));
    pthread_mutex_unlock(&mutex);
}

/* -- Read-write locks */

static pthread_rwlock_t shared = PTHREAD_RWLOCK_INITIALIZER;
static int value, readers_saw;

static void *reads_and_writes(void *arg)
{
    for (int i = 0; i < 50; i++) {
        if ((i + (long)arg) % 5 == 0) {
            pthread_rwlock_wrlock(&shared);
            int before = value;
            sched_yield();
            value = before + 1;
        } else {
            pthread_rwlock_rdlock(&shared);
            int before = value;
            sched_yield();
            readers_saw += before == value;
        }
        pthread_rwlock_unlock(&shared);
        sched_yield();
    }
    return NULL;
}

static void *tries_shared(void *arg)
{
    (void)arg;
    TELL(pthread_rwlock_tryrdlock(&shared));
    TELL(pthread_rwlock_trywrlock(&shared));
    TELL(pthread_rwlock_unlock(&shared));
    return NULL;
}

static void read_write_locks(void)
{
    pthread_t thread;
    together(reads_and_writes);
    SHOW(value);
    SHOW(readers_saw);
    TELL(pthread_rwlock_rdlock(&shared));
    pthread_create(&thread, NULL, tries_shared, NULL);
    pthread_join(thread, NULL);
    TELL(pthread_rwlock_unlock(&shared));
}

/* -- Barriers, semaphores, once */

static pthread_barrier_t barrier;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static sem_t semaphore;
static int serial, before, after, initialised, inside, most;

static void initialise(void)
{
    sched_yield();
    initialised++;
}

static void *meets(void *arg)
{
    (void)arg;
    pthread_once(&once, initialise);
    for (int i = 0; i < 10; i++) {
        pthread_mutex_lock(&mutex);
        before++;
        pthread_mutex_unlock(&mutex);
        int chosen = pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD;
        pthread_mutex_lock(&mutex);
        serial += chosen;
        after += before == THREADS * (i + 1);
        pthread_mutex_unlock(&mutex);
        pthread_barrier_wait(&barrier);
    }
    return NULL;
}

static void *enters(void *arg)
{
    (void)arg;
    for (int i = 0; i < 20; i++) {
        while (sem_wait(&semaphore) != 0)
            ;
        pthread_mutex_lock(&mutex);
        inside++;
        most = inside > most ? inside : most;
        pthread_mutex_unlock(&mutex);
        sched_yield();
        pthread_mutex_lock(&mutex);
        inside--;
        pthread_mutex_unlock(&mutex);
        sem_post(&semaphore);
    }
    return NULL;
}

int main(void)
{
    mutexes();
    conditions();
    read_write_locks();

    pthread_barrier_init(&barrier, NULL, THREADS);
    together(meets);
    printf("serial %d, together %d, once %d\n", serial, after, initialised);

    int left;
    struct timespec soon = after_ms(CLOCK_REALTIME, 10);
    SHOW(sem_init(&semaphore, 0, 2));
    together(enters);
    printf("at most %d, left %d\n", most <= 2, inside);
    SHOW(sem_getvalue(&semaphore, &left));
    SHOW(left);
    SHOW(sem_trywait(&semaphore));
    SHOW(sem_trywait(&semaphore));
    SHOW(sem_trywait(&semaphore));
    SHOW(sem_timedwait(&semaphore, &soon));
    return 0;
}
