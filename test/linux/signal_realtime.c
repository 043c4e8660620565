/* Real-time signals queue with their values, lowest number first. */
#include <signal.h>
#include <unistd.h>

#include "show.h"

static void detailed(int signal, siginfo_t *info, void *context)
{
    (void)context;
    printf("rt %d value %d\n", signal - SIGRTMIN, info->si_value.sival_int);
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = detailed, .sa_flags = SA_SIGINFO};
    sigset_t set;
    sigemptyset(&set);
    sigfillset(&action.sa_mask);
    for (int i = 0; i < 2; i++) {
        sigaddset(&set, SIGRTMIN + i);
        sigaction(SIGRTMIN + i, &action, NULL);
    }
    sigprocmask(SIG_BLOCK, &set, NULL);
    for (int i = 0; i < 3; i++) {
        sigqueue(getpid(), SIGRTMIN + 1, (union sigval){.sival_int = 10 + i});
        sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = i});
    }
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    return 0;
}
