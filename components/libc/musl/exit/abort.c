/*
 * abort() without demanding signals: a program that handles SIGABRT has sigaction(), whose file brings raise()
 * along (signal/sigaction.c here). Every other program ends with the status that a shell shows for SIGABRT.
 */
#include <signal.h>
#include <stdlib.h>

extern weak __typeof__(raise) raise;

_Noreturn void abort(void)
{
    if (raise)
        raise(SIGABRT);
    _Exit(128 + SIGABRT);
}
