/* Waits for input, first with and then without a limit of time. */
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    char line[64];
    struct pollfd input = {.fd = 0, .events = POLLIN};
    printf("nothing yet: %d\n", poll(&input, 1, 20));
    printf("ready\n");
    fflush(stdout);
    printf("then: %d\n", poll(&input, 1, -1));
    while (fgets(line, sizeof line, stdin))
        printf("got %s", line);
    return 7;
}
