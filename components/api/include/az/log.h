/* Words for people: panics and the log. Provided by core. */
#ifndef AZ_LOG_H
#define AZ_LOG_H

#include <stdarg.h>

#include <az/base.h>

/*
 * Formats into `out`, always NUL-terminated when bytes > 0; returns the length the whole text would have.
 * Knows %s %c %d %i %u %x %p %% with 0, width, -, l, ll, z; nothing else.
 */
size_t az_format(char *out, size_t bytes, const char *format, ...) AZ_PRINTF(3, 4);
size_t az_format_va(char *out, size_t bytes, const char *format, va_list args);

/* One line to the console, "az: " in front. Off unless LOG is on: then it costs nothing. Context: any. */
#define az_log(...)                                                                                \
    do {                                                                                           \
        if (AZ_ON(LOG))                                                                            \
            az_log_line(__VA_ARGS__);                                                              \
    } while (0)
void az_log_line(const char *format, ...) AZ_PRINTF(1, 2);

/* Prints the message, the stack and the last system calls, tells the runner, and stops the machine. Context: any. */
AZ_NORETURN void az_panic(const char *format, ...) AZ_PRINTF(1, 2);

#endif
