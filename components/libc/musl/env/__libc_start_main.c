/*
 * The start of libc, called by libc/start in the kernel's half of the image with the vector that Linux leaves on a
 * new program's stack: argv, a null, the environment, a null, the auxiliary vector. Unlike on Linux there is no
 * descriptor to check (an image is never set-user-id) and nothing to relocate.
 */
#include <elf.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
#include "libc.h"

typedef int main_function(int, char **, char **);
typedef void init_function(void);

static void no_canary(void *entropy)
{
}
weak_alias(no_canary, __init_ssp);

extern weak hidden init_function *const __init_array_start[], *const __init_array_end[];

_Noreturn void __libc_start_main(main_function *main, int argc, char **argv);

_Noreturn void __libc_start_main(main_function *main, int argc, char **argv)
{
    char **envp = argv + argc + 1, **end = envp;
    size_t known[AT_RANDOM + 1] = {0};

    while (*end)
        end++;
    libc.auxv = (size_t *)(end + 1);
    for (size_t *pair = libc.auxv; pair[0]; pair += 2)
        if (pair[0] < sizeof known / sizeof *known)
            known[pair[0]] = pair[1];

    __environ = envp;
    __hwcap = known[AT_HWCAP];
    libc.page_size = known[AT_PAGESZ];
    __progname = __progname_full = argv[0] ? argv[0] : "";
    for (char *at = __progname; *at; at++)
        if (*at == '/')
            __progname = at + 1;

    __init_tls(known);
    __init_ssp((void *)known[AT_RANDOM]);
    for (init_function *const *init = __init_array_start; init < __init_array_end; init++)
        (*init)();
    exit(main(argc, argv, envp));
}
