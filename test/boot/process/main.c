/* What a process gets and gives: arguments, environment, input until its end, an exit status; or it never ends. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    const char *act = argc > 1 ? argv[1] : "";

    if (strcmp(act, "show") == 0) {
        const char *name = getenv("NAME");
        for (int i = 2; i < argc; i++)
            printf("argument %d: %s\n", i - 1, argv[i]);
        printf("NAME: %s\n", name ? name : "(none)");
    } else if (strcmp(act, "cat") == 0) {
        int c;
        while ((c = getchar()) != EOF)
            putchar(c);
        puts("end of input");
    } else if (strcmp(act, "loop") == 0) {
        puts("looping");
        fflush(stdout);
        for (;;)
            __asm__ volatile("");
    }
    return argc > 2 ? atoi(argv[2]) : 0;
}
