/* Standard error, unbuffered. Closing and seeking are weak, as in stdout.c. */
#include "stdio_impl.h"

#undef stderr

extern weak __typeof__(__stdio_seek) __stdio_seek;
extern weak __typeof__(__stdio_close) __stdio_close;

static unsigned char buffer[UNGET];

hidden FILE __stderr_FILE = {
    .fd = 2,
    .flags = F_PERM | F_NORD,
    .buf = buffer + UNGET,
    .buf_size = 0,
    .lbf = -1,
    .lock = -1,
    .write = __stdio_write,
    .seek = __stdio_seek,
    .close = __stdio_close,
};

FILE *const stderr = &__stderr_FILE;
FILE *volatile __stderr_used = &__stderr_FILE;
