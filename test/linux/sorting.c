/* qsort, bsearch, setjmp, rand with a seed of its own. */
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "show.h"

static int compare(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

static jmp_buf back;

static void jump(int value)
{
    longjmp(back, value);
}

int main(void)
{
    static int numbers[2000];
    uint32_t seed = 7;
    for (int i = 0; i < 2000; i++)
        numbers[i] = (int)((seed = seed * 1664525 + 1013904223) >> 16) % 1000;
    qsort(numbers, 2000, sizeof(int), compare);
    long unsorted = 0;
    for (int i = 1; i < 2000; i++)
        unsorted += numbers[i - 1] > numbers[i];
    SHOW(unsorted);
    SHOW(numbers[0]);
    SHOW(numbers[1999]);
    int key = numbers[1000], none = 5000;
    SHOW(*(int *)bsearch(&key, numbers, 2000, sizeof(int), compare) == key);
    SHOW(bsearch(&none, numbers, 2000, sizeof(int), compare) == NULL);
    volatile int rounds = 0;
    int value = setjmp(back);
    rounds++;
    printf("round %d value %d\n", rounds, value);
    if (rounds < 3)
        jump(rounds == 1 ? 0 : 5);
    srand(3);
    int first = rand();
    srand(3);
    SHOW(first == rand());
    return 0;
}
