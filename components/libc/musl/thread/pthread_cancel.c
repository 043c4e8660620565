/*
 * Cancellation. musl's handler of SIGCANCEL tells by the program counter whether the signal came in time for a call. Here a call that
 * waits has given up when the handler runs, and says so in the register of its result: there the handler forbids that it
 * begins again, and the function around the call (libc/cancel) ends the thread.
 */
#define _GNU_SOURCE
#include <string.h>
#include "pthread_impl.h"
#include "syscall.h"

/* Bits of cancelasync: what pthread_setcanceltype() sets, and whether a cancellation point is at hand. */
#define AT_ONCE 1
#define AT_POINT 2

#ifdef __x86_64__
#define REG_RESULT REG_RAX
#else
#define REG_RESULT REG_EAX
#endif

static long cancel(pthread_t self)
{
    if (self->canceldisable == PTHREAD_CANCEL_ENABLE || (self->cancelasync & AT_ONCE))
        pthread_exit(PTHREAD_CANCELED);
    self->canceldisable = PTHREAD_CANCEL_DISABLE;
    return -ECANCELED;
}

static int is_cancelled(pthread_t self)
{
    return self->cancel && self->canceldisable != PTHREAD_CANCEL_DISABLE;
}

/* Before a cancellation point. Negative: the result instead of making the call; else what az_cancel_end() needs to know. */
int az_cancel_begin(int closes)
{
    pthread_t self = __pthread_self();
    const int outer = self->cancelasync & AT_POINT;

    if (self->canceldisable == PTHREAD_CANCEL_DISABLE || (self->canceldisable && closes))
        return outer;
    if (self->cancel)
        return cancel(self);
    if (!closes)
        self->cancelasync |= AT_POINT; /* a descriptor that was closed is gone: too late */
    return outer;
}

long az_cancel_end(int outer, long result)
{
    pthread_t self = __pthread_self();
    const int at_point = self->cancelasync & AT_POINT;

    self->cancelasync = self->cancelasync & AT_ONCE | outer;
    return at_point && result == -EINTR && is_cancelled(self) ? cancel(self) : result;
}

static void cancel_handler(int number, siginfo_t *info, void *arg)
{
    pthread_t self = __pthread_self();
    ucontext_t *context = arg;
    greg_t *result = &context->uc_mcontext.gregs[REG_RESULT];

    if (!is_cancelled(self))
        return;
    if (self->cancelasync & AT_ONCE) {
        pthread_sigmask(SIG_SETMASK, &context->uc_sigmask, 0);
        cancel(self);
    }
    if ((self->cancelasync & AT_POINT) && *result == -ERESTART)
        *result = -EINTR;
}

void __testcancel(void)
{
    pthread_t self = __pthread_self();

    if (self->cancel && !self->canceldisable)
        cancel(self);
}

int pthread_cancel(pthread_t thread)
{
    static int initialised;
    pthread_t self = __pthread_self();

    if (!initialised) {
        struct sigaction action = {.sa_flags = SA_SIGINFO | SA_RESTART, .sa_sigaction = cancel_handler};
        memset(&action.sa_mask, -1, _NSIG / 8);
        __libc_sigaction(SIGCANCEL, &action, 0);
        initialised = 1;
    }
    a_store(&thread->cancel, 1);
    if (thread != self)
        return pthread_kill(thread, SIGCANCEL);
    if (self->canceldisable == PTHREAD_CANCEL_ENABLE && (self->cancelasync & AT_ONCE))
        pthread_exit(PTHREAD_CANCELED);
    return 0;
}
