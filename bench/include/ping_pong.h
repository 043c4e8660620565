/* A byte that goes back and forth between two that wait for each other, as in lmbench's lat_ctx. */
#ifndef BENCH_PING_PONG_H
#define BENCH_PING_PONG_H

#include <stdlib.h>
#include <unistd.h>
#include "clock.h"

static void pass(int out, int in)
{
    char byte = 0;
    if (write(out, &byte, 1) != 1 || read(in, &byte, 1) != 1)
        exit(1);
}

/* Ticks of so many bytes out and back in. */
static unsigned long long ping_pong(int out, int in, unsigned rounds)
{
    unsigned long long begin = ticks();
    for (unsigned i = 0; i < rounds; i++)
        pass(out, in);
    return ticks() - begin;
}

/* Answers each byte until one is not 0. */
static void answer_each(int in, int out)
{
    char byte;
    while (read(in, &byte, 1) == 1 && byte == 0 && write(out, &byte, 1) == 1)
        ;
}

#endif
