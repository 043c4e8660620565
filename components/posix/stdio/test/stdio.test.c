/* Standard input as a stream and as a terminal with a line discipline. */
#define _GNU_SOURCE
#include <az/test.h>

#include <az/boot_info.h>
#include <az/posix-fakes.h>

static const char *terminal_option = "0";

int az_boot_option(const char *name, char *out, size_t bytes)
{
    (void)name;
    snprintf(out, bytes, "%s", terminal_option);
    return 0;
}

#include "../../files/src/file.c"
#include "../../files/src/signal-default.c"
#include "../../files/src/wait.c"
#include "../src/echo.c"
#include "../src/terminal.c"
#define describe stdio_describe
#include "../src/stdio.c"

bool az_stdio_is_terminal(void)
{
    return terminal_option[0] == '1';
}

static void start(const char *is_terminal, const char *input)
{
    terminal_option = is_terminal;
    fake_input = input;
    fake_output_bytes = 0;
    raw_at = raw_used = line_at = line_used = 0;
    line_done = ended = inside_line = false;
    az_stdin.flags = O_RDONLY | O_NONBLOCK;
}

static char got[256];

static long take(size_t bytes)
{
    memset(got, 0, sizeof(got));
    struct iovec iov = {got, bytes};
    return az_stdin.ops->readv(&az_stdin, &iov, 1, AZ_FILE_POSITION);
}

AZ_TEST(a_stream_gives_what_is_there)
{
    start("0", "one\ntwo\n\4\4");
    AZ_CHECK_EQ(take(3), 3);
    AZ_CHECK_STR(got, "one");
    AZ_CHECK_EQ(take(100), 5);
    AZ_CHECK_STR(got, "\ntwo\n");
    AZ_CHECK_EQ(take(100), 0);
    AZ_CHECK_EQ(take(100), 0);
    AZ_CHECK_EQ(fake_output_bytes, 0);
    AZ_CHECK_EQ(az_stdin.ops->poll(&az_stdin), POLLIN | POLLRDNORM);
}

AZ_TEST(a_stream_may_end_inside_a_line)
{
    start("0", "last\4\4");
    AZ_CHECK_EQ(take(100), 4);
    AZ_CHECK_EQ(take(100), 0);
    start("0", "");
    AZ_CHECK_EQ(take(100), -EAGAIN);
    AZ_CHECK_EQ(az_stdin.ops->poll(&az_stdin), 0);
}

AZ_TEST(a_terminal_edits_lines_and_echoes)
{
    start("1", "helxo\b\177lo\rnext");
    AZ_CHECK_EQ(take(100), 6);
    AZ_CHECK_STR(got, "hello\n");
    AZ_CHECK_STR(fake_output, "helxo\b \b\b \blo\n");
    AZ_CHECK_EQ(take(100), -EAGAIN);
    start("1", "a line\25b\n");
    AZ_CHECK_EQ(take(100), 2);
    AZ_CHECK_STR(got, "b\n");
    start("1", "one two \27x\n");
    AZ_CHECK_EQ(take(100), 6);
    AZ_CHECK_STR(got, "one x\n");
    start("1", "\303\251\177e\n");
    AZ_CHECK_EQ(take(100), 2);
    AZ_CHECK_STR(got, "e\n");
}

AZ_TEST(a_terminal_ends_input_once)
{
    start("1", "ab\4\4c\n");
    AZ_CHECK_EQ(take(100), 2);
    AZ_CHECK_EQ(take(100), 0);
    AZ_CHECK_EQ(take(100), 2);
    AZ_CHECK_STR(got, "c\n");
}

AZ_TEST(interrupt_characters_are_signals)
{
    start("1", "ab\3");
    AZ_CHECK_EQ(FAKE_STATUS_OF(take(100)), 128 + SIGINT);
}

AZ_TEST(a_long_line_keeps_its_end)
{
    static char text[6000];
    memset(text, 'x', 5000);
    text[5000] = '\n';
    start("1", text);
    long total = 0, part;
    do
        total += part = take(200);
    while (got[part - 1] != '\n');
    AZ_CHECK_EQ(total, 4096);
}

AZ_TEST(settings_are_kept_and_followed)
{
    struct linux_termios raw_mode, kept = settings;
    start("1", "a");
    AZ_CHECK_EQ(az_stdin.ops->ioctl(&az_stdin, TCGETS, (unsigned long)&raw_mode), 0);
    raw_mode.lflag &= ~(uint32_t)(ICANON | ECHO);
    AZ_CHECK_EQ(az_stdin.ops->ioctl(&az_stdin, TCSETS, (unsigned long)&raw_mode), 0);
    AZ_CHECK_EQ(take(10), 1);
    AZ_CHECK_EQ(fake_output_bytes, 0);
    AZ_CHECK_EQ(az_stdin.ops->ioctl(&az_stdin, TCGETS, 16), -EFAULT);
    settings = kept;
    start("0", "");
    AZ_CHECK_EQ(az_stdin.ops->ioctl(&az_stdin, TCGETS, (unsigned long)&raw_mode), -ENOTTY);
}

AZ_TEST(output_goes_out_whole)
{
    static char text[1000];
    memset(text, 'y', sizeof(text));
    start("0", "");
    struct iovec iov[2] = {{text, sizeof(text)}, {(void *)16, 4}};
    AZ_CHECK_EQ(az_stdout.ops->writev(&az_stdout, iov, 1, AZ_FILE_POSITION), 1000);
    AZ_CHECK_EQ(fake_output_bytes, 1000);
    AZ_CHECK_EQ(az_stdout.ops->writev(&az_stdout, iov, 2, AZ_FILE_POSITION), 1000);
    AZ_CHECK_EQ(az_stdout.ops->writev(&az_stdout, iov + 1, 1, AZ_FILE_POSITION), -EFAULT);
}
