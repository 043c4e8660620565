/*
 * Says the time stamp counter as main() finds it. Under QEMU's icount it has counted nanoseconds of the machine's own
 * clock since power-on, and an instruction is one of them; a halt counts as long as it lasts.
 */
#include <stdio.h>
#include <x86intrin.h>

int main(void)
{
    printf("powerOnToMain %llu ns\n", __rdtsc());
    return 0;
}
