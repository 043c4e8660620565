/* Lines of the log: "az: ", the text, one newline, in one write, so that lines do not mix. */
#include <az/console.h>
#include <az/log.h>

#define LINE_BYTES 200

void az_log_line(const char *format, ...)
{
    char line[LINE_BYTES] = "az: ";
    const size_t prefix = 4;
    va_list args;
    va_start(args, format);
    size_t length = prefix + az_format_va(line + prefix, sizeof line - prefix - 1, format, args);
    va_end(args);
    length = AZ_MIN(length, sizeof line - 2);
    line[length] = '\n';
    az_console_write(line, length + 1);
}
