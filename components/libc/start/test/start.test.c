/* The vector that libc gets, for command lines and configurations. */
#define _GNU_SOURCE
#include <az/test.h>

static const char *cmdline;
static const char *const *configured_args, *const *configured_env;

/* The configuration is constant in an image; here it changes with the test. */
#define az_app_args configured_args_of_image
#define az_app_env configured_env_of_image
#define AZ_START_MAIN "user_main"
#define __libc_start_main start_libc
#include <az/init.h>
#undef az_app_args
#undef az_app_env
#define az_app_args configured_args
#define az_app_env configured_env
#include "../src/start.c"

uint64_t az_boot_tsc_main;
void az_link_main(void)
{
}
const char az_app_name[] = "app";

/* As core's, but without quoting: words between spaces. */
struct az_words az_cmdline_words(void)
{
    return (struct az_words){cmdline};
}

long az_cmdline_next(struct az_words *words, char *out, size_t bytes)
{
    while (*words->at == ' ')
        words->at++;
    if (!*words->at)
        return -1;
    const size_t length = (size_t)(strchrnul(words->at, ' ') - words->at);
    if (bytes > 0) {
        const size_t copied = AZ_MIN(length, bytes - 1);
        memcpy(out, words->at, copied);
        out[copied] = 0;
    }
    words->at += length;
    return (long)length;
}

static jmp_buf finished;
static char seen[65536];
static bool panicked;
static int entry_result;

void az_panic(const char *format, ...)
{
    (void)format;
    panicked = true;
    longjmp(finished, 1);
}

/* Renders what it gets: "argc: args | environment | auxiliary vector". */
void __libc_start_main(int (*entry)(int, char **, char **), int argc, char **argv)
{
    int length = sprintf(seen, "%d:", argc);
    char **at = argv;
    entry_result = entry(argc, argv, argv + argc + 1);
    for (int part = 0; part < 2; part++, at++) {
        for (; *at; at++)
            length += sprintf(seen + length, " %s", *at);
        length += sprintf(seen + length, " |");
    }
    for (uintptr_t *pair = (uintptr_t *)at; pair[0]; pair += 2) {
        length += sprintf(seen + length, " %lu", (unsigned long)pair[0]);
        if (pair[0] == AT_PAGESZ)
            AZ_CHECK_EQ(pair[1], 4096);
        if (pair[0] == AT_EXECFN)
            AZ_CHECK_STR((char *)pair[1], "app");
    }
    longjmp(finished, 1);
}

static const char *start(const char *line, const char *const *args, const char *const *env)
{
    cmdline = line;
    configured_args = args;
    configured_env = env;
    panicked = false;
    seen[0] = 0;
    if (setjmp(finished) == 0)
        az_app_start();
    return seen;
}

static const char *const none[] = {NULL};
static const char *const args[] = {"-v", "file", NULL};
static const char *const env[] = {"HOME=/", "LANG=C", NULL};

AZ_TEST(the_configuration_alone)
{
    AZ_CHECK_STR(start("", none, none), "1: app | | 6 31");
    AZ_CHECK_STR(start("", args, env), "3: app -v file | HOME=/ LANG=C | 6 31");
    AZ_CHECK_EQ(entry_result, 43);
    AZ_CHECK(az_boot_tsc_main != 0);
}

AZ_TEST(the_command_line_replaces_the_arguments)
{
    AZ_CHECK_STR(start("az.link=0xe9 -- a -- b", args, none), "4: app a -- b | | 6 31");
    AZ_CHECK_STR(start("--", args, none), "1: app | | 6 31");
    AZ_CHECK_STR(start("-- az.env=A=1", none, none), "2: app az.env=A=1 | | 6 31");
    AZ_CHECK_STR(start("--x", args, none), "3: app -v file | | 6 31");
}

AZ_TEST(the_command_line_adds_to_the_environment)
{
    AZ_CHECK_STR(start("az.env=A=1 az.exit=2 az.env=B=", none, env), "1: app | HOME=/ LANG=C A=1 B= | 6 31");
    AZ_CHECK_STR(start("az.env=HOME=/tmp", none, env), "1: app | LANG=C HOME=/tmp | 6 31");
    AZ_CHECK_STR(start("az.env=HO=1 az.env=HOMEX=2", none, env), "1: app | HOME=/ LANG=C HO=1 HOMEX=2 | 6 31");
}

AZ_TEST(more_than_fits_is_a_panic)
{
    static char line[40000] = "-- ";
    memset(line + 3, 'x', 16000);
    (void)start(line, none, none);
    AZ_CHECK(!panicked);
    memset(line + 3, 'x', 17000);
    (void)start(line, none, none);
    AZ_CHECK(panicked);
}

int user_main(int argc, char **argv, char **envp) __asm__("user_main");
int user_main(int argc, char **argv, char **envp)
{
    (void)argv;
    (void)envp;
    return argc + 40;
}
