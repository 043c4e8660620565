/* Handlers, masks, pending signals, siginfo, one-shot actions. */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "show.h"

static volatile int count, last, nested;

static void simple(int signal)
{
    count++;
    last = signal;
}

static void detailed(int signal, siginfo_t *info, void *context)
{
    count++;
    last = signal;
    printf("info: %d code %d own %d value %d context %d\n", info->si_signo == signal, info->si_code,
           info->si_pid == getpid(), info->si_value.sival_int, context != NULL);
}

static void raises(int signal)
{
    nested++;
    if (nested == 1) {
        raise(signal);
        printf("still one: %d\n", nested);
    }
}

int main(void)
{
    struct sigaction action = {0}, old;
    sigset_t set, before;
    action.sa_handler = simple;
    SHOW(sigaction(SIGUSR1, &action, &old));
    SHOW(old.sa_handler == SIG_DFL);
    SHOW(raise(SIGUSR1));
    SHOW(count);
    SHOW(last == SIGUSR1);
    SHOW(kill(getpid(), SIGUSR1));
    SHOW(count);
    SHOW(kill(getpid(), 0));
    SHOW(kill(getpid(), 1000));
    SHOW(kill(999999, SIGUSR1));
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    SHOW(sigprocmask(SIG_BLOCK, &set, &before));
    SHOW(sigismember(&before, SIGUSR1));
    raise(SIGUSR1);
    raise(SIGUSR1);
    SHOW(count);
    SHOW(sigpending(&set));
    SHOW(sigismember(&set, SIGUSR1));
    SHOW(sigprocmask(SIG_SETMASK, &before, NULL));
    SHOW(count);
    SHOW(sigprocmask(99, &before, NULL));
    action.sa_sigaction = detailed;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGUSR2, &action, NULL);
    kill(getpid(), SIGUSR2);
    sigqueue(getpid(), SIGUSR2, (union sigval){.sival_int = 42});
    action.sa_handler = raises;
    action.sa_flags = 0;
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    SHOW(nested);
    action.sa_flags = SA_RESETHAND;
    action.sa_handler = simple;
    sigaction(SIGHUP, &action, NULL);
    raise(SIGHUP);
    sigaction(SIGHUP, NULL, &old);
    SHOW(old.sa_handler == SIG_DFL);
    SHOW(sigaction(SIGKILL, &action, NULL));
    SHOW(sigaction(0, &action, NULL));
    SHOW(sigaction(65, &action, NULL));
    signal(SIGUSR1, SIG_IGN);
    SHOW(raise(SIGUSR1));
    SHOW(raise(SIGCHLD));
    return 0;
}
