/* sigsuspend, sigtimedwait, pause, and calls that a handler interrupts or restarts. */
#include <signal.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "show.h"

static volatile int count;
static int ends[2];

static void on_alarm(int signal)
{
    (void)signal;
    count++;
}

static void feed(int signal)
{
    (void)signal;
    count++;
    write(ends[1], "x", 1);
}

static void alarm_in(long us)
{
    struct itimerval soon = {.it_value = {.tv_usec = us}};
    setitimer(ITIMER_REAL, &soon, NULL);
}

static void install(void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    sigaction(SIGALRM, &action, NULL);
}

int main(void)
{
    char byte;
    pipe(ends);
    install(on_alarm, 0);
    alarm_in(20000);
    SHOW(pause());
    alarm_in(20000);
    SHOW(read(ends[0], &byte, 1));
    install(feed, SA_RESTART);
    alarm_in(20000);
    SHOW(read(ends[0], &byte, 1));
    SHOW(count);
    sigset_t set, empty;
    sigemptyset(&empty);
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    install(on_alarm, 0);
    sigprocmask(SIG_BLOCK, &set, NULL);
    raise(SIGALRM);
    SHOW(count);
    SHOW(sigsuspend(&empty));
    SHOW(count);
    raise(SIGALRM);
    siginfo_t info;
    SHOW(sigwaitinfo(&set, &info) == SIGALRM);
    SHOW(info.si_signo == SIGALRM);
    struct timespec limit = {.tv_nsec = 10000000};
    SHOW(sigtimedwait(&set, &info, &limit));
    alarm_in(10000);
    int got = 0;
    SHOW(sigwait(&set, &got));
    SHOW(got == SIGALRM);
    SHOW(count);
    return 0;
}
