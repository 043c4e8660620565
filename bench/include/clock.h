/*
 * The clock of the programs that are compared. They print lines `name value unit`.
 *
 * With the argument `tsc` it is the time stamp counter, which under QEMU's icount counts instructions exactly; without it
 * CLOCK_MONOTONIC, in ns.
 */
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <x86intrin.h>

static bool counts_instructions;

static inline void choose_clock(int argc, char **argv)
{
    counts_instructions = argc > 1 && strcmp(argv[1], "tsc") == 0;
}

static inline unsigned long long ticks(void)
{
    struct timespec at;
    if (counts_instructions)
        return __rdtsc();
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (unsigned long long)at.tv_sec * 1000000000ULL + (unsigned long long)at.tv_nsec;
}

/* The mean of `count` operations that took `total`. */
static inline void report(const char *name, unsigned long long total, unsigned count)
{
    printf("%s %.2f %s\n", name, (double)total / count, counts_instructions ? "instructions" : "ns");
}

#endif
