/* C11's threads, spin locks, and threads with a policy of their own. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <threads.h>

#include "show.h"

static mtx_t mutex;
static cnd_t changed;
static once_flag flag = ONCE_FLAG_INIT;
static tss_t key;
static int turns, initialised, destroyed;
static pthread_spinlock_t spin;
static int guarded;

static void initialise(void)
{
    initialised++;
}

static void destroy(void *value)
{
    destroyed += *(int *)value;
}

static int takes_turns(void *arg)
{
    static int five = 5;
    const int parity = *(int *)arg;
    call_once(&flag, initialise);
    tss_set(key, &five);
    for (int i = 0; i < 10; i++) {
        mtx_lock(&mutex);
        while (turns % 2 != parity)
            cnd_wait(&changed, &mutex);
        turns++;
        cnd_broadcast(&changed);
        mtx_unlock(&mutex);
    }
    return 40 + parity;
}

static void *spins(void *arg)
{
    for (int i = 0; i < 100; i++) {
        pthread_spin_lock(&spin);
        int before = guarded;
        sched_yield();
        guarded = before + 1;
        pthread_spin_unlock(&spin);
    }
    return arg;
}

static void *tells_policy(void *arg)
{
    struct sched_param param;
    int policy;
    SHOW(pthread_getschedparam(pthread_self(), &policy, &param));
    SHOW(policy == SCHED_OTHER && param.sched_priority == 0);
    return arg;
}

int main(void)
{
    thrd_t threads[2];
    pthread_t spinning[2], own;
    pthread_attr_t attributes;
    int result;
    SHOW(mtx_init(&mutex, mtx_plain) == thrd_success);
    SHOW(cnd_init(&changed) == thrd_success);
    SHOW(tss_create(&key, destroy) == thrd_success);
    for (int i = 0; i < 2; i++)
        SHOW(thrd_create(&threads[i], takes_turns, &(int[]){0, 1}[i]) == thrd_success);
    for (int i = 0; i < 2; i++) {
        thrd_join(threads[i], &result);
        SHOW(result);
    }
    SHOW(turns);
    SHOW(initialised);
    SHOW(destroyed);
    SHOW(mtx_trylock(&mutex) == thrd_success);
    SHOW(mtx_trylock(&mutex) == thrd_busy);
    mtx_unlock(&mutex);
    thrd_yield();

    pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE);
    for (int i = 0; i < 2; i++)
        pthread_create(&spinning[i], NULL, spins, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(spinning[i], NULL);
    SHOW(guarded);

    pthread_attr_init(&attributes);
    pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED);
    pthread_create(&own, &attributes, tells_policy, NULL);
    pthread_join(own, NULL);
    return 0;
}
