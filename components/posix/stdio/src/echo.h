/* What the terminal shows of what is typed. */
#ifndef AZ_STDIO_ECHO_H
#define AZ_STDIO_ECHO_H

#include <az/base.h>

/* Shows a byte; control characters other than tab and newline as ^X. */
void az_echo(char byte);
/* Takes back what az_echo() showed for `byte`. */
void az_echo_erase(char byte);

/* Whether a byte of UTF-8 belongs to the character before it. */
AZ_ALWAYS_INLINE bool az_utf8_continues(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

#endif
