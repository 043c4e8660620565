/*
 * Standard output. Closing and seeking are referred to weakly: most programs do neither, and should not need
 * close() and lseek() for having printed something. fclose(), freopen(), fseek() and ftell() bring them along.
 */
#include "stdio_impl.h"

#undef stdout

extern weak __typeof__(__stdio_seek) __stdio_seek;
extern weak __typeof__(__stdio_close) __stdio_close;

static unsigned char buffer[BUFSIZ + UNGET];

hidden FILE __stdout_FILE = {
    .fd = 1,
    .flags = F_PERM | F_NORD,
    .buf = buffer + UNGET,
    .buf_size = BUFSIZ,
    .lbf = '\n',
    .lock = -1,
    .write = __stdout_write,
    .seek = __stdio_seek,
    .close = __stdio_close,
};

FILE *const stdout = &__stdout_FILE;
FILE *volatile __stdout_used = &__stdout_FILE;
