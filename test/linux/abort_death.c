/* abort ends the process by SIGABRT, after its handler. */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "show.h"

static void on_abort(int signal)
{
    (void)signal;
    write(1, "handler\n", 8);
}

int main(void)
{
    signal(SIGABRT, on_abort);
    abort();
}
