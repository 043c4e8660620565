/*
 * From the kernel to main(): lays out what Linux leaves on a new program's stack (System V ABI, "Process
 * Initialization": argv, the environment, the auxiliary vector) and hands it to libc, which sets up thread-local
 * storage, runs constructors, calls main() and exits with what it returns.
 *
 * Arguments and environment come from the app's configuration; the command line adds to the environment
 * (`az.env=NAME=value`) and replaces the arguments (everything after the word `--`). All lies on
 * az_app_start()'s stack, which stays as long as the app runs.
 */
#include <elf.h>
#include <stdint.h>
#include <string.h>

#include <az/arch.h>
#include <az/boot_info.h>
#include <az/init.h>
#include <az/log.h>
#include <az/machine.h>
#include <az/random.h>

#define VECTOR_BYTES_MAX 16384u
#define RANDOM_WORDS 4u
#define FIXED_ENTRIES 12u /* the app's name, one word, two ends and four pairs */

#ifndef AZ_START_MAIN /* a test has a main() of its own */
#define AZ_START_MAIN "main"
#endif

static const char env_prefix[] = "az.env=";
#define ENV_PREFIX_LENGTH (sizeof env_prefix - 1)

/* libc's side: components/libc/musl/env/__libc_start_main.c. */
AZ_NORETURN void __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv);

int az_start_user_main(int argc, char **argv, char **envp) __asm__(AZ_START_MAIN);

AZ_WEAK uint32_t az_random_u32(void);

struct vector {
    uintptr_t *entries;
    size_t count;
};

static AZ_NOINLINE void add(struct vector *vector, uintptr_t value)
{
    vector->entries[vector->count++] = value;
}

static void add_pair(struct vector *vector, uintptr_t type, uintptr_t value)
{
    add(vector, type);
    add(vector, value);
}

static AZ_NOINLINE const char *next_text(const char *text)
{
    return text + strlen(text) + 1;
}

/* The words of the command line one after another into `out`; returns where they end. */
static const char *unpack(char *out, size_t bytes)
{
    struct az_words words = az_cmdline_words();
    const char *const end = out + bytes;
    long length;

    while ((length = az_cmdline_next(&words, out, (size_t)(end - out))) >= 0)
        out += length + 1;
    return out;
}

static bool has_prefix(const char *word)
{
    return strncmp(word, env_prefix, ENV_PREFIX_LENGTH) == 0;
}

/* True when a word of [words, end) sets the variable that `entry` ("NAME=value") sets. */
static bool is_overridden(const char *entry, const char *words, const char *end)
{
    const size_t name_bytes = (size_t)(strchrnul(entry, '=') - entry) + 1; /* with the equals sign */

    for (; words < end; words = next_text(words))
        if (has_prefix(words) && strncmp(words + ENV_PREFIX_LENGTH, entry, name_bytes) == 0)
            return true;
    return false;
}

/* Lays everything out, with the command line's words at [words, end); returns the number of arguments. */
static int lay_out(struct vector *vector, const char *words, const char *end, const uint32_t *random)
{
    const char *options_end = words;
    while (options_end < end && strcmp(options_end, "--") != 0)
        options_end = next_text(options_end);

    add(vector, (uintptr_t)az_app_name);
    if (options_end < end)
        for (const char *word = next_text(options_end); word < end; word = next_text(word))
            add(vector, (uintptr_t)word);
    else
        for (const char *const *arg = az_app_args; *arg; arg++)
            add(vector, (uintptr_t)*arg);
    const int argc = (int)vector->count;
    add(vector, 0);

    for (const char *const *entry = az_app_env; *entry; entry++)
        if (!is_overridden(*entry, words, options_end))
            add(vector, (uintptr_t)*entry);
    for (; words < options_end; words = next_text(words))
        if (has_prefix(words))
            add(vector, (uintptr_t)(words + ENV_PREFIX_LENGTH));
    add(vector, 0);

    add_pair(vector, AT_PAGESZ, AZ_PAGE_BYTES);
    add_pair(vector, AT_EXECFN, (uintptr_t)az_app_name);
    if (random)
        add_pair(vector, AT_RANDOM, (uintptr_t)random);
    add_pair(vector, AT_NULL, 0);
    return argc;
}

static int call_main(int argc, char **argv, char **envp)
{
    az_boot_tsc_main = az_tsc_read();
    az_link_main();
    return az_start_user_main(argc, argv, envp);
}

void az_app_start(void)
{
    uint32_t random[RANDOM_WORDS];
    for (unsigned i = 0; az_random_u32 && i < RANDOM_WORDS; i++)
        random[i] = az_random_u32();
    const uint32_t *const known_random = az_random_u32 ? random : NULL;

    /* No word is longer unpacked, and each but the last has a space behind it. */
    size_t entries = FIXED_ENTRIES, text_bytes = 1;
    for (const char *at = az_cmdline_words().at; *at; at++, text_bytes++)
        entries += *at == ' ';
    for (const char *const *arg = az_app_args; *arg; arg++)
        entries++;
    for (const char *const *entry = az_app_env; *entry; entry++)
        entries++;
    const size_t entry_bytes = entries * sizeof(uintptr_t);
    if (entry_bytes + text_bytes > VECTOR_BYTES_MAX)
        az_panic("arguments and environment take more than %u bytes", VECTOR_BYTES_MAX);
    uintptr_t *const block = __builtin_alloca(entry_bytes + text_bytes);
    char *const text = (char *)block + entry_bytes;
    const char *const end = unpack(text, text_bytes);
    struct vector vector = {.entries = block};
    const int argc = lay_out(&vector, text, end, known_random);
    __libc_start_main(call_main, argc, (char **)block);
}
