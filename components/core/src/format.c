/* Words and numbers into text, for panics and the log: no floating point, no locale, no allocation. */
#include <az/log.h>

#define DIGITS_MAX 21 /* 20 of 2^64 in base 10, and a sign */

struct sink {
    char *out;
    size_t bytes, length;
};

static void put(struct sink *sink, char c)
{
    if (sink->length + 1 < sink->bytes)
        sink->out[sink->length] = c;
    sink->length++;
}

static void put_padded(struct sink *sink, const char *text, size_t length, size_t width, bool left, char pad)
{
    for (size_t i = length; !left && i < width; i++)
        put(sink, pad);
    for (size_t i = 0; i < length; i++)
        put(sink, text[i]);
    for (size_t i = length; left && i < width; i++)
        put(sink, ' ');
}

struct spec {
    bool left, zero;
    size_t width;
    unsigned longs; /* 0 int, 1 long, 2 long long */
};

/* `sign`: "-", "0x" or "": what stands before the digits, and before padding with zeros. */
static void put_number(struct sink *sink, const struct spec *spec, uint64_t value, unsigned base, const char *sign)
{
    char digits[DIGITS_MAX];
    size_t at = DIGITS_MAX, width = spec->width;
    do {
        digits[--at] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    bool zeros = spec->zero && !spec->left;
    if (zeros) {
        for (; *sign; sign++) {
            put(sink, *sign);
            width -= width > 0;
        }
    } else {
        size_t length = 0;
        while (sign[length])
            length++;
        while (length > 0)
            digits[--at] = sign[--length];
    }
    put_padded(sink, digits + at, DIGITS_MAX - at, width, spec->left, zeros ? '0' : ' ');
}

static uint64_t argument_unsigned(const struct spec *spec, va_list *args)
{
    if (spec->longs == 2)
        return va_arg(*args, unsigned long long);
    return spec->longs == 1 ? va_arg(*args, unsigned long) : va_arg(*args, unsigned);
}

static int64_t argument_signed(const struct spec *spec, va_list *args)
{
    if (spec->longs == 2)
        return va_arg(*args, long long);
    return spec->longs == 1 ? va_arg(*args, long) : va_arg(*args, int);
}

/* One conversion, `format` behind its `%`; returns what follows it. */
static const char *convert(struct sink *sink, const char *format, va_list *args)
{
    struct spec spec = {0};
    for (;; format++) {
        if (*format == '-')
            spec.left = true;
        else if (*format == '0')
            spec.zero = true;
        else
            break;
    }
    for (; *format >= '0' && *format <= '9'; format++)
        spec.width = spec.width * 10 + (size_t)(*format - '0');
    for (; *format == 'l' || *format == 'z'; format++)
        spec.longs++;

    switch (*format) {
    case 's': {
        const char *text = va_arg(*args, const char *);
        if (!text)
            text = "(null)";
        size_t length = 0;
        while (text[length])
            length++;
        put_padded(sink, text, length, spec.width, spec.left, ' ');
        break;
    }
    case 'c': {
        char c = (char)va_arg(*args, int);
        put_padded(sink, &c, 1, spec.width, spec.left, ' ');
        break;
    }
    case 'd':
    case 'i': {
        int64_t value = argument_signed(&spec, args);
        put_number(sink, &spec, value < 0 ? -(uint64_t)value : (uint64_t)value, 10, value < 0 ? "-" : "");
        break;
    }
    case 'u':
    case 'x':
        put_number(sink, &spec, argument_unsigned(&spec, args), *format == 'u' ? 10 : 16, "");
        break;
    case 'p':
        put_number(sink, &spec, (uintptr_t)va_arg(*args, void *), 16, "0x");
        break;
    case '%':
        put(sink, '%');
        break;
    case '\0':
        return format;
    default: /* unknown: shown as it stands, so that the mistake is seen */
        put(sink, '%');
        put(sink, *format);
        break;
    }
    return format + 1;
}

size_t az_format_va(char *out, size_t bytes, const char *format, va_list args)
{
    struct sink sink = {.out = out, .bytes = bytes};
    va_list rest;
    va_copy(rest, args);
    while (*format) {
        if (*format == '%')
            format = convert(&sink, format + 1, &rest);
        else
            put(&sink, *format++);
    }
    va_end(rest);
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
