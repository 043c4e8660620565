/* Pipes: order, atomic writes, the end of input, SIGPIPE and EPIPE, capacity. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "show.h"

static volatile int broken;

static void on_pipe(int signal)
{
    broken = signal == SIGPIPE;
}

int main(void)
{
    static char block[65536];
    int ends[2], waiting;
    char text[16] = {0};
    SHOW(pipe2(ends, O_NONBLOCK | O_CLOEXEC));
    SHOW(pipe2(ends, 0x12345));
    SHOW(read(ends[0], text, 4));
    SHOW(write(ends[1], "hello ", 6));
    SHOW(write(ends[1], "world", 5));
    SHOW(ioctl(ends[0], FIONREAD, &waiting));
    SHOW(waiting);
    SHOW(read(ends[0], text, 8));
    printf("%s\n", text);
    SHOW(read(ends[0], text, 8));
    SHOW(read(ends[1], text, 1));
    SHOW(write(ends[0], text, 1));
    SHOW(lseek(ends[0], 0, SEEK_CUR));
    SHOW(pread(ends[0], text, 1, 0));
    struct stat stat;
    SHOW(fstat(ends[0], &stat));
    SHOW(S_ISFIFO(stat.st_mode));
    SHOW(write(ends[1], block, sizeof(block)));
    SHOW(write(ends[1], block, 1));
    struct pollfd poll_out = {ends[1], POLLOUT, 0};
    SHOW(poll(&poll_out, 1, 0));
    SHOW(read(ends[0], block, PIPE_BUF));
    SHOW(poll(&poll_out, 1, 0));
    SHOW(write(ends[1], block, PIPE_BUF));
    SHOW(read(ends[0], block, sizeof(block)));
    SHOW(close(ends[1]));
    struct pollfd poll_in = {ends[0], POLLIN, 0};
    SHOW(poll(&poll_in, 1, 0));
    SHOW(poll_in.revents == POLLHUP);
    SHOW(read(ends[0], text, 1));
    SHOW(close(ends[0]));
    SHOW(pipe(ends));
    SHOW(close(ends[0]));
    signal(SIGPIPE, on_pipe);
    SHOW(write(ends[1], "x", 1));
    SHOW(broken);
    signal(SIGPIPE, SIG_IGN);
    SHOW(write(ends[1], "x", 1));
    SHOW(write(ends[1], "x", 0));
    poll_out.fd = ends[1];
    SHOW(poll(&poll_out, 1, 0));
    SHOW((poll_out.revents & POLLERR) != 0);
    SHOW(pipe((int *)1));
    SHOW(dup(0) == ends[0]);
    return 0;
}
