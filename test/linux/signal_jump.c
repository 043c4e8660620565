/* siglongjmp out of a handler that interrupted a wait, and sigaltstack. */
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/time.h>
#include <unistd.h>

#include "show.h"

static sigjmp_buf back;
static char stack[16384];
static volatile int on_stack;

static void jump(int signal)
{
    siglongjmp(back, signal);
}

static void where(int signal)
{
    char local;
    (void)signal;
    on_stack = (uintptr_t)&local - (uintptr_t)stack < sizeof(stack);
}

int main(void)
{
    int ends[2];
    char byte;
    pipe(ends);
    signal(SIGALRM, jump);
    for (int round = 0; round < 3; round++) {
        struct itimerval soon = {.it_value = {.tv_usec = 10000}};
        if (sigsetjmp(back, 1)) {
            printf("jumped\n");
            continue;
        }
        setitimer(ITIMER_REAL, &soon, NULL);
        read(ends[0], &byte, 1);
        printf("not reached\n");
    }
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof(stack)}, old;
    SHOW(sigaltstack(&alternate, &old));
    SHOW(old.ss_flags == SS_DISABLE);
    struct sigaction action = {.sa_handler = where, .sa_flags = SA_ONSTACK};
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    SHOW(on_stack);
    alternate.ss_size = 100;
    SHOW(sigaltstack(&alternate, NULL));
    alternate.ss_flags = SS_DISABLE;
    SHOW(sigaltstack(&alternate, NULL));
    raise(SIGUSR1);
    SHOW(on_stack);
    return 0;
}
