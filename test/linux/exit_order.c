/* atexit runs backwards, stdio is flushed after it, the status is cut to 8 bits. */
#include <stdlib.h>
#include <unistd.h>

#include "show.h"

static void first(void)
{
    printf("first\n");
}

static void second(void)
{
    printf("second\n");
}

int main(void)
{
    atexit(first);
    atexit(second);
    printf("main\n");
    exit(300);
}
