/* A write to a pipe nobody reads ends the process by SIGPIPE: status 141 to a shell. */
#include <unistd.h>

#include "show.h"

int main(void)
{
    int ends[2];
    pipe(ends);
    close(ends[0]);
    printf("before\n");
    fflush(stdout);
    write(ends[1], "x", 1);
    printf("after\n");
    return 0;
}
