/* musl's, plus a reference to raise(), through which abort() reaches a handler. */
#include <signal.h>

__attribute__((used)) static int (*const for_abort)(int) = raise;

#include "signal/sigaction.c"
