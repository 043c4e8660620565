/* What threads do wrong, and what Linux would do with it for ever. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;

static void *locks_b_then_a(void *arg)
{
    pthread_mutex_lock(&b);
    pthread_mutex_lock(&a);
    return arg;
}

static int down(volatile const char *from, int depth)
{
    volatile char here[512];
    here[0] = *from;
    return depth == 0 ? here[0] : down(here, depth - 1) + here[1];
}

static void *goes_too_deep(void *arg)
{
    char one = 1;
    printf("%d\n", down(&one, 100000));
    return arg;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    if (argc > 1 && strcmp(argv[1], "deadlock") == 0) {
        pthread_mutex_lock(&a);
        pthread_create(&thread, NULL, locks_b_then_a, NULL);
        usleep(100000);
        pthread_mutex_lock(&b);
    } else {
        pthread_create(&thread, NULL, goes_too_deep, NULL);
        pthread_join(thread, NULL);
    }
    puts("still here");
    return 0;
}
