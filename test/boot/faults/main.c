/* Ways to go wrong, one for each argument: what the memory protection of an image must catch, and how it tells. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char constant[] = "constant";
static volatile unsigned char code_in_data[] = {0xc3}; /* ret */
static volatile int zero;

__attribute__((noinline)) static int overflow(volatile int *below)
{
    volatile int local[64];
    local[0] = *below + 1;
    return overflow(local) + local[1];
}

__attribute__((noinline)) static void write_through(volatile char *pointer)
{
    *pointer = 1;
}

int main(int argc, char **argv)
{
    const char *fault = argc > 1 ? argv[1] : "none";
    if (strcmp(fault, "null-write") == 0)
        write_through((volatile char *)(intptr_t)zero);
    else if (strcmp(fault, "null-call") == 0)
        ((void (*)(void))(intptr_t)zero)();
    else if (strcmp(fault, "write-text") == 0)
        write_through((volatile char *)(intptr_t)main);
    else if (strcmp(fault, "write-rodata") == 0)
        write_through((volatile char *)(intptr_t)constant);
    else if (strcmp(fault, "execute-data") == 0)
        ((void (*)(void))(intptr_t)code_in_data)();
    else if (strcmp(fault, "stack-overflow") == 0)
        return overflow(&zero);
    else if (strcmp(fault, "divide") == 0)
        return argc * 1000 / zero;
    else if (strcmp(fault, "after-calls") == 0) {
        write(1, "calls\n", 6);
        write(1, (const void *)(intptr_t)(zero + 16), 5);
        write_through((volatile char *)(intptr_t)zero);
    } else if (strcmp(fault, "efault") == 0)
        return write(1, (const void *)(intptr_t)(zero + 16), 5) == -1 ? 14 : 1;
    puts("still here");
    return 0;
}
