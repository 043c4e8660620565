/* Threads: values in and out, ids, detaching, the first thread leaving before others, variables of their own. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "show.h"

static _Thread_local int own = 7;
static _Thread_local char zeroed[64];

static void *doubled(void *arg)
{
    long value = (long)arg;
    own += (int)value;
    zeroed[0]++;
    return (void *)(2 * value + (own == 7 + (int)value) * 1000 + zeroed[0] * 100);
}

static void *identity(void *out)
{
    *(pthread_t *)out = pthread_self();
    return (void *)(long)(gettid() != getpid());
}

static int gate[2];

static void *detached(void *arg)
{
    char byte = 'd';
    (void)arg;
    if (write(gate[1], &byte, 1) != 1)
        abort();
    return NULL;
}

static pthread_key_t first_key, second_key;
static char order[32];

static void destroyed(void *value)
{
    strcat(order, value);
}

static void again(void *value)
{
    static int times;
    strcat(order, value);
    if (times++ < 2)
        pthread_setspecific(second_key, "r");
}

static void *with_keys(void *arg)
{
    pthread_setspecific(first_key, "1");
    pthread_setspecific(second_key, "2");
    return pthread_getspecific(first_key) == NULL ? NULL : arg;
}

static void *leaves(void *arg)
{
    (void)arg;
    pthread_exit("left");
}

static void *last(void *first)
{
    void *result = NULL;
    SHOW(pthread_join(*(pthread_t *)first, &result));
    printf("the first thread ended with %s\n", (char *)result);
    exit(5);
}

int main(void)
{
    pthread_t threads[8];
    static pthread_t self;
    pthread_attr_t attributes;
    void *result;
    char byte;

    for (long i = 0; i < 8; i++)
        if (pthread_create(&threads[i], NULL, doubled, (void *)i))
            return 1;
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], &result);
        printf("thread %d: %ld\n", i, (long)result);
    }
    SHOW(own);

    pthread_create(&threads[0], NULL, identity, &self);
    pthread_join(threads[0], &result);
    printf("equal %d, another id %ld\n", pthread_equal(self, threads[0]) != 0, (long)result);

    pipe(gate);
    pthread_attr_init(&attributes);
    SHOW(pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED));
    SHOW(pthread_attr_setstacksize(&attributes, 65536));
    for (int i = 0; i < 20; i++) {
        pthread_create(&threads[0], &attributes, detached, NULL);
        if (read(gate[0], &byte, 1) != 1 || byte != 'd')
            return 2;
    }
    pthread_create(&threads[0], NULL, detached, NULL);
    SHOW(pthread_detach(threads[0]));
    SHOW(read(gate[0], &byte, 1));

    pthread_key_create(&first_key, destroyed);
    pthread_key_create(&second_key, again);
    pthread_create(&threads[0], NULL, with_keys, "kept");
    pthread_join(threads[0], &result);
    printf("destroyed %s, %s\n", order, (char *)result);

    pthread_create(&threads[0], NULL, leaves, NULL);
    pthread_join(threads[0], &result);
    printf("%s\n", (char *)result);

    self = pthread_self();
    pthread_create(&threads[0], NULL, last, &self);
    pthread_exit("main");
}
