/*
 * From the kernel to main(): lays out what Linux leaves on a new program's stack (System V ABI, "Process
 * Initialization": argv, the environment, the auxiliary vector) and hands it to libc, which sets up thread-local
 * storage, runs constructors, calls main() and exits with what it returns.
 *
 * Arguments and environment come from the app's configuration; the command line adds to the environment
 * (`az.env=NAME=value`) and replaces the arguments (everything after the word `--`). They are counted first and
 * then copied to this function's stack, which stays as long as the app runs.
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

#ifndef AZ_START_MAIN /* a test has a main() of its own */
#define AZ_START_MAIN "main"
#endif

static const char env_prefix[] = "az.env=";
#define ENV_PREFIX_LENGTH (sizeof env_prefix - 1)

/* libc's side: components/libc/musl/env/__libc_start_main.c. */
AZ_NORETURN void __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv);

int az_start_user_main(int argc, char **argv, char **envp) __asm__(AZ_START_MAIN);

AZ_WEAK uint32_t az_random_u32(void);

/* Where words go: counted while `entries` is NULL, stored after that. */
struct vector {
    uintptr_t *entries;
    char *text;
    size_t entry_count;
    size_t text_bytes;
};

static AZ_NOINLINE void add_entry(struct vector *vector, uintptr_t value)
{
    if (vector->entries)
        vector->entries[vector->entry_count] = value;
    vector->entry_count++;
}

static void add_pair(struct vector *vector, uintptr_t type, uintptr_t value)
{
    add_entry(vector, type);
    add_entry(vector, value);
}

/* Adds the word at `words`, without its first `skip` characters, and goes on to the next; false at the end. */
static AZ_NOINLINE bool add_word(struct vector *vector, struct az_words *words, size_t skip)
{
    const long length = az_cmdline_next(&(struct az_words){words->at}, NULL, 0);
    if (length < 0)
        return false;
    const size_t bytes = (size_t)length + 1;
    if (vector->entries) {
        char *text = vector->text + vector->text_bytes;
        (void)az_cmdline_next(words, text, bytes);
        add_entry(vector, (uintptr_t)(text + skip));
    } else {
        (void)az_cmdline_next(words, NULL, 0);
        add_entry(vector, 0);
    }
    vector->text_bytes += bytes;
    return true;
}

enum word_kind { WORD_END, WORD_ARGUMENTS_FOLLOW, WORD_ENVIRONMENT, WORD_OTHER };

/* What the word at `words` is, without going on. Stores a copy as long as `bytes`, for a look at a variable's name. */
static AZ_NOINLINE enum word_kind look(struct az_words words, char *out, size_t bytes)
{
    const long length = az_cmdline_next(&words, out, bytes);
    if (length < 0)
        return WORD_END;
    if (strcmp(out, "--") == 0)
        return WORD_ARGUMENTS_FOLLOW;
    return strncmp(out, env_prefix, ENV_PREFIX_LENGTH) == 0 ? WORD_ENVIRONMENT : WORD_OTHER;
}

static AZ_NOINLINE void skip_word(struct az_words *words)
{
    (void)az_cmdline_next(words, NULL, 0);
}

static void add_arguments(struct vector *vector)
{
    char start[sizeof env_prefix];
    struct az_words words = az_cmdline_words();
    enum word_kind kind;

    add_entry(vector, (uintptr_t)az_app_name);
    while ((kind = look(words, start, sizeof start)) != WORD_END) {
        skip_word(&words);
        if (kind == WORD_ARGUMENTS_FOLLOW) {
            while (add_word(vector, &words, 0))
                continue;
            return;
        }
    }
    for (const char *const *arg = az_app_args; *arg; arg++)
        add_entry(vector, (uintptr_t)*arg);
}

/* True when the command line sets the variable that `entry` ("NAME=value") sets. */
static bool is_overridden(const char *entry)
{
    char start[ENV_PREFIX_LENGTH + 128];
    struct az_words words = az_cmdline_words();
    const size_t name_bytes = (size_t)(strchrnul(entry, '=') - entry) + 1; /* with the equals sign */
    enum word_kind kind;

    while ((kind = look(words, start, sizeof start)) == WORD_ENVIRONMENT || kind == WORD_OTHER) {
        skip_word(&words);
        if (kind == WORD_ENVIRONMENT && strncmp(start + ENV_PREFIX_LENGTH, entry, name_bytes) == 0)
            return true;
    }
    return false;
}

static void add_environment(struct vector *vector)
{
    char start[sizeof env_prefix];
    struct az_words words = az_cmdline_words();
    enum word_kind kind;

    for (const char *const *entry = az_app_env; *entry; entry++)
        if (!is_overridden(*entry))
            add_entry(vector, (uintptr_t)*entry);
    while ((kind = look(words, start, sizeof start)) == WORD_ENVIRONMENT || kind == WORD_OTHER) {
        if (kind == WORD_ENVIRONMENT)
            (void)add_word(vector, &words, ENV_PREFIX_LENGTH);
        else
            skip_word(&words);
    }
}

/* Lays everything out; returns the number of arguments. */
static AZ_NOINLINE int lay_out(struct vector *vector, const uint32_t *random)
{
    add_arguments(vector);
    const int argc = (int)vector->entry_count;
    add_entry(vector, 0);
    add_environment(vector);
    add_entry(vector, 0);
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

    struct vector vector = {0};
    (void)lay_out(&vector, known_random);
    const size_t entry_bytes = vector.entry_count * sizeof(uintptr_t);
    if (entry_bytes + vector.text_bytes > VECTOR_BYTES_MAX)
        az_panic("arguments and environment take more than %u bytes", VECTOR_BYTES_MAX);
    uintptr_t *const block = __builtin_alloca(entry_bytes + vector.text_bytes);
    vector = (struct vector){.entries = block, .text = (char *)block + entry_bytes};
    const int argc = lay_out(&vector, known_random);
    __libc_start_main(call_main, argc, (char **)block);
}
