/*
 * The three files an app starts with. Writing is a copy to the console; all that has to do with input is terminal.c's and
 * is left out of images that cannot read.
 */
#include <az/self.h>

#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>

#include <az/console.h>
#include <az/process.h>
#include <az/stat.h>
#include <az/user.h>

#include "terminal.h"

#define CHUNK_BYTES 256u

static ssize_t write_console(AZ_UNUSED struct az_file *file, const struct iovec *iov, int count, AZ_UNUSED int64_t at)
{
    char chunk[CHUNK_BYTES];
    size_t done = 0;
    for (;;) {
        ssize_t taken = az_iov_copy_in(chunk, iov, count, done, sizeof(chunk));
        if (taken <= 0)
            return done > 0 ? (ssize_t)done : taken;
        az_console_write(chunk, (size_t)taken);
        done += (size_t)taken;
    }
}

static int control(AZ_UNUSED struct az_file *file, unsigned long request, unsigned long argument)
{
    if (AZ_FILE_READS)
        return az_terminal_ioctl(request, argument);
    if (request != TIOCGWINSZ || !az_stdio_is_terminal())
        return -ENOTTY;
    return az_user_put((struct winsize *)argument, &(struct winsize){0});
}

static uint32_t poll_output(AZ_UNUSED struct az_file *file)
{
    return POLLOUT | POLLWRNORM;
}

/* A character device when it is a terminal, as Linux's tty 5:1; else a pipe, which is what it behaves like. */
static int describe(AZ_UNUSED struct az_file *file, struct az_stat *out)
{
    if (az_stdio_is_terminal()) {
        out->mode = S_IFCHR | 0620;
        out->special_device = 5 << 8 | 1;
    } else {
        out->mode = S_IFIFO | 0600;
    }
    out->inode = 1;
    return 0;
}

static const struct az_file_ops input_ops = {
    .readv = AZ_FILE_READS ? az_terminal_readv : NULL,
    .poll = AZ_FILE_POLLS && AZ_FILE_READS ? az_terminal_poll : NULL,
    .ioctl = AZ_ON(SYS_ioctl) ? control : NULL,
    .stat = AZ_FILE_STATS ? describe : NULL,
};
static const struct az_file_ops output_ops = {
    .writev = AZ_FILE_WRITES ? write_console : NULL,
    .poll = AZ_FILE_POLLS ? poll_output : NULL,
    .ioctl = AZ_ON(SYS_ioctl) ? control : NULL,
    .stat = AZ_FILE_STATS ? describe : NULL,
};

struct az_file az_stdin = {.ops = &input_ops, .references = 1, .flags = O_RDONLY};
struct az_file az_stdout = {.ops = &output_ops, .references = 1, .flags = O_WRONLY};
struct az_file az_stderr = {.ops = &output_ops, .references = 1, .flags = O_WRONLY};
