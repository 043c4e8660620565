/* Spends its instructions in known places; the first argument says where, the second how often. */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline))

static volatile unsigned sink;
static jmp_buf back;

/* The same work for every caller: who called is told by the stack alone. */
NOINLINE void burn(unsigned rounds)
{
    for (unsigned i = 0; i < rounds; i++)
        sink += i;
}

NOINLINE void one(void)
{
    burn(1000);
    sink++; /* keeps the call from being a jump */
}

NOINLINE void three(void)
{
    burn(3000);
    sink++;
}

NOINLINE void descend(unsigned depth)
{
    burn(10);
    if (depth > 0)
        descend(depth - 1);
    sink++;
}

NOINLINE void leave(void)
{
    burn(10);
    longjmp(back, 1);
}

NOINLINE void enter(void)
{
    leave();
    sink++;
}

NOINLINE void after_jump(void)
{
    burn(500);
    sink++;
}

static void on_signal(int number)
{
    (void)number;
    burn(1000);
    sink++;
}

NOINLINE void after_signal(void)
{
    burn(1000);
    sink++;
}

static void use_own_stack(void)
{
    static char stack[32768];
    sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, 0);
    sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_signal, .sa_flags = SA_ONSTACK}, 0);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    unsigned count = argc > 2 ? (unsigned)strtoul(argv[2], 0, 10) : 1;
    if (strcmp(what, "signal") == 0)
        use_own_stack();
    if (strcmp(what, "forever") == 0)
        puts("forever");
    fflush(stdout);
    for (unsigned i = 0; i < count || strcmp(what, "forever") == 0; i++) {
        if (strcmp(what, "split") == 0 || strcmp(what, "forever") == 0) {
            one();
            three();
        } else if (strcmp(what, "deep") == 0) {
            descend(1000);
        } else if (strcmp(what, "jump") == 0) {
            if (setjmp(back) == 0)
                enter();
            after_jump();
        } else if (strcmp(what, "signal") == 0) {
            raise(SIGUSR1);
            after_signal();
        } else if (strcmp(what, "sleep") == 0) {
            usleep(1000);
            one();
        }
    }
    return 7;
}
