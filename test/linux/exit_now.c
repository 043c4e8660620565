/* _exit flushes nothing. */
#include <stdlib.h>
#include <unistd.h>

#include "show.h"

static void never(void)
{
    printf("never\n");
}

int main(void)
{
    atexit(never);
    write(1, "out\n", 4);
    printf("lost");
    _exit(7);
}
