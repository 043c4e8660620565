#include "echo.h"

#include <az/console.h>

static bool is_control(char byte)
{
    return ((unsigned char)byte < ' ' && byte != '\t' && byte != '\n') || byte == 127;
}

void az_echo(char byte)
{
    if (is_control(byte))
        az_console_write((const char[]){'^', (char)(byte ^ 0x40)}, 2);
    else
        az_console_write(&byte, 1);
}

void az_echo_erase(char byte)
{
    az_console_write("\b \b\b \b", is_control(byte) ? 6 : 3);
}
