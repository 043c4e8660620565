/* The command line, read in place: nothing is copied until somebody asks for a word. */
#include <errno.h>

#include <az/boot_info.h>

#define NUMBER_BYTES 24

#define WORD_END (-1)

struct reader {
    const char *at;
    bool quoted;
};

/* The next character of the word, its quoting undone, or WORD_END. */
static int next_char(struct reader *reader)
{
    while (*reader->at == '"') {
        reader->quoted = !reader->quoted;
        reader->at++;
    }
    char c = *reader->at;
    if (!c || (c == ' ' && !reader->quoted))
        return WORD_END;
    if (c == '\\' && reader->at[1])
        c = *++reader->at;
    reader->at++;
    return (unsigned char)c;
}

/* The rest of the word into `out`, cut when it does not fit; returns its whole length. */
static size_t read_rest(struct reader *reader, char *out, size_t bytes)
{
    size_t length = 0;
    for (int c; (c = next_char(reader)) != WORD_END; length++) {
        if (length + 1 < bytes)
            out[length] = (char)c;
    }
    if (bytes > 0)
        out[AZ_MIN(length, bytes - 1)] = '\0';
    return length;
}

struct az_words az_cmdline_words(void)
{
    return (struct az_words){az_boot_info.cmdline ? az_boot_info.cmdline : ""};
}

long az_cmdline_next(struct az_words *words, char *out, size_t bytes)
{
    while (*words->at == ' ')
        words->at++;
    if (!*words->at)
        return -1;
    struct reader reader = {.at = words->at};
    size_t length = read_rest(&reader, out, bytes);
    words->at = reader.at;
    return (long)length;
}

/* Reads `name=`; false when the word begins otherwise. */
static bool read_name(struct reader *reader, const char *name)
{
    while (*name) {
        if (next_char(reader) != (unsigned char)*name++)
            return false;
    }
    return next_char(reader) == '=';
}

int az_boot_option(const char *name, char *out, size_t bytes)
{
    struct az_words words = az_cmdline_words();
    for (;;) {
        while (*words.at == ' ')
            words.at++;
        struct reader reader = {.at = words.at};
        if (read_name(&reader, name)) {
            if (read_rest(&reader, out, bytes) < bytes)
                return 0;
            out[0] = '\0';
            return -E2BIG;
        }
        char start[3];
        long length = az_cmdline_next(&words, start, sizeof start);
        if (length < 0 || (length == 2 && start[0] == '-' && start[1] == '-'))
            break;
    }
    out[0] = '\0';
    return -ENOENT;
}

int az_boot_option_number(const char *name, unsigned long *out)
{
    char text[NUMBER_BYTES];
    int error = az_boot_option(name, text, sizeof text);
    if (error)
        return error == -E2BIG ? -EINVAL : error;
    const char *at = text;
    unsigned base = 10;
    if (at[0] == '0' && at[1] == 'x') {
        base = 16;
        at += 2;
    }
    if (!*at)
        return -EINVAL;
    unsigned long value = 0;
    for (; *at; at++) {
        unsigned digit = 16;
        if (*at >= '0' && *at <= '9')
            digit = (unsigned)(*at - '0');
        else if (*at >= 'a' && *at <= 'f')
            digit = (unsigned)(*at - 'a') + 10;
        if (digit >= base || value > (~0ul - digit) / base)
            return -EINVAL;
        value = value * base + digit;
    }
    *out = value;
    return 0;
}
