/*
 * Words and numbers into text, for panics and the log: no floating point, no locale, no allocation. Every image carries it, so it
 * is small rather than fast: text of all conversions is made in one place and padded in another.
 */
#include <az/log.h>

#define DIGITS_MAX 21 /* 20 of 2^64 in base 10, and a sign */

struct sink {
    char *out;
    size_t bytes, length;
};

static AZ_NOINLINE void put(struct sink *sink, char c, size_t times)
{
    for (; times > 0; times--) {
        if (sink->length + 1 < sink->bytes)
            sink->out[sink->length] = c;
        sink->length++;
    }
}

size_t az_format_va(char *out, size_t bytes, const char *format, va_list args)
{
    struct sink sink = {.out = out, .bytes = bytes};
    for (; *format; format++) {
        if (*format != '%') {
            put(&sink, *format, 1);
            continue;
        }
        bool left = false, zero = false;
        size_t width = 0;
        unsigned longs = 0; /* 0 int, 1 long, 2 long long */
        for (;; left |= *format == '-', zero |= *format == '0') {
            format++;
            if (*format != '-' && *format != '0')
                break;
        }
        for (; *format >= '0' && *format <= '9'; format++)
            width = width * 10 + (size_t)(*format - '0');
        for (; *format == 'l' || *format == 'z'; format++)
            longs++;

        char digits[DIGITS_MAX];
        const char *sign = "", *text = digits;
        size_t length = 0;
        char kind = *format;
        if (kind == 's') {
            text = va_arg(args, const char *);
            if (!text)
                text = "(null)";
            while (text[length])
                length++;
            zero = false;
        } else if (kind == 'd' || kind == 'i' || kind == 'u' || kind == 'x' || kind == 'p') {
            bool is_signed = kind == 'd' || kind == 'i';
            /* Both ABIs give every argument up to the size of long a whole word: one access serves int, long and pointers. */
            uint64_t value;
            if (sizeof(long long) > sizeof(long) && longs == 2)
                value = va_arg(args, unsigned long long);
            else
                value = va_arg(args, unsigned long);
            if (longs < 2 && is_signed)
                value = (uint64_t)(long)value;
            if (longs == 0 && kind != 'p')
                value = is_signed ? (uint64_t)(int)value : (unsigned)value;
            if (is_signed && value >> 63) {
                sign = "-";
                value = -value;
            } else if (kind == 'p') {
                sign = "0x";
            }
            unsigned base = kind == 'x' || kind == 'p' ? 16 : 10;
            do {
                length++;
                digits[DIGITS_MAX - length] = "0123456789abcdef"[value % base];
                value /= base;
            } while (value);
            text = digits + DIGITS_MAX - length;
        } else { /* %c; %% and what is unknown stand for themselves */
            digits[length++] = kind == 'c' ? (char)va_arg(args, int) : kind;
            zero = false;
            if (!kind)
                break;
        }

        size_t all = length;
        for (const char *c = sign; *c; c++)
            all++;
        size_t padding = width > all ? width - all : 0;
        if (!left && !zero)
            put(&sink, ' ', padding);
        for (; *sign; sign++)
            put(&sink, *sign, 1);
        if (!left && zero)
            put(&sink, '0', padding);
        for (; length > 0; length--)
            put(&sink, *text++, 1);
        if (left)
            put(&sink, ' ', padding);
    }
    if (bytes > 0)
        out[AZ_MIN(sink.length, bytes - 1)] = '\0';
    return sink.length;
}

size_t az_format(char *out, size_t bytes, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    size_t length = az_format_va(out, bytes, format, args);
    va_end(args);
    return length;
}
