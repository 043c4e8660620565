/*
 * Input from the console: a plain stream, or a terminal with the line discipline of termios(3). What the driver has is taken
 * in when somebody reads or polls; one line at a time is edited, what follows it waits in `raw`.
 */
#include "terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>

#include <az/clock.h>
#include <az/console.h>
#include <az/process.h>
#include <az/user.h>

#include "echo.h"

#define LINE_BYTES 4096u
#define RAW_BYTES 256u
#define CC_COUNT 19u
#define END_OF_TRANSMISSION 0x04

/* As TCGETS and TCSETS exchange it; libc's struct termios begins with the same fields. */
struct linux_termios {
    uint32_t iflag, oflag, cflag, lflag;
    uint8_t line, cc[CC_COUNT];
};
_Static_assert(sizeof(struct linux_termios) == 36, "as Linux's struct termios");

static struct linux_termios settings = {
    .iflag = ICRNL | IUTF8,
    .oflag = 0,
    .cflag = CS8 | CREAD | B38400,
    .lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN,
    .cc = {[VINTR] = 3, [VQUIT] = 28, [VERASE] = 127, [VKILL] = 21, [VEOF] = 4, [VMIN] = 1, [VWERASE] = 23},
};

static uint8_t raw[RAW_BYTES];
static size_t raw_at, raw_used;

static char line[LINE_BYTES];
static size_t line_at, line_used; /* bytes from line_at to line_used are there */
static bool line_done;            /* they may be read */
static bool ended;                /* stream: no more will come. Terminal: the next read returns 0 */
static bool inside_line;          /* stream: the last byte was no line end */

static bool next_raw(uint8_t *out)
{
    if (raw_at == raw_used) {
        raw_at = 0;
        raw_used = az_console_read((char *)raw, sizeof(raw));
    }
    if (raw_at == raw_used)
        return false;
    *out = raw[raw_at++];
    return true;
}

static bool is(uint8_t byte, unsigned control)
{
    return settings.cc[control] != 0 && byte == settings.cc[control];
}

static void echo(uint8_t byte)
{
    if (settings.lflag & ECHO)
        az_echo((char)byte);
}

static void erase(size_t to)
{
    while (line_used > to) {
        char last = line[--line_used];
        if ((settings.lflag & ECHO) && !az_utf8_continues(last))
            az_echo_erase(last);
    }
}

/* Where the last character of the line starts, and the last word. */
static size_t last_character(void)
{
    size_t at = line_used;
    while (at > line_at && az_utf8_continues(line[at - 1]))
        at--;
    return at > line_at ? at - 1 : at;
}

static size_t last_word(void)
{
    size_t at = line_used;
    while (at > line_at && line[at - 1] == ' ')
        at--;
    while (at > line_at && line[at - 1] != ' ')
        at--;
    return at;
}

static void append(uint8_t byte)
{
    if (line_used == LINE_BYTES - 1 && byte != '\n') {
        az_console_write("\a", 1);
        return;
    }
    line[line_used++] = (char)byte;
    echo(byte);
}

/* True when the byte was a signal character. */
static bool took_signal(uint8_t byte)
{
    int signal_number = is(byte, VINTR) ? SIGINT : is(byte, VQUIT) ? SIGQUIT : 0;
    if (!(settings.lflag & ISIG) || signal_number == 0)
        return false;
    echo(byte);
    if (!(settings.lflag & NOFLSH))
        line_used = line_at;
    az_signal_send(signal_number);
    return true;
}

static void edit(uint8_t byte)
{
    if (is(byte, VERASE) || byte == '\b') {
        erase(last_character());
    } else if (is(byte, VWERASE)) {
        erase(last_word());
    } else if (is(byte, VKILL)) {
        erase(line_at);
    } else if (is(byte, VEOF)) {
        ended = line_used == line_at;
        line_done = true;
    } else {
        append(byte);
        line_done = byte == '\n' || is(byte, VEOL);
    }
}

static void take_terminal(uint8_t byte)
{
    if (byte == '\r' && (settings.iflag & IGNCR))
        return;
    if (byte == '\r' && (settings.iflag & ICRNL))
        byte = '\n';
    else if (byte == '\n' && (settings.iflag & INLCR))
        byte = '\r';
    if (took_signal(byte))
        return;
    if (settings.lflag & ICANON) {
        edit(byte);
    } else {
        append(byte);
        line_done = true;
    }
}

static void take_stream(uint8_t byte)
{
    if (byte == END_OF_TRANSMISSION) {
        ended = !inside_line;
        inside_line = false;
        line_done = line_done || ended;
        return;
    }
    inside_line = byte != '\n';
    line[line_used++] = (char)byte;
    line_done = true;
}

/* Takes in what the console has, up to the end of a line. True when a read would not block. */
static bool take_input(void)
{
    bool terminal = az_stdio_is_terminal();
    bool by_line = terminal && (settings.lflag & ICANON);
    uint8_t byte;
    if (line_at == line_used)
        line_at = line_used = 0;
    while (!(line_done && by_line) && !ended && line_used < LINE_BYTES && next_raw(&byte)) {
        if (terminal)
            take_terminal(byte);
        else
            take_stream(byte);
    }
    return line_done;
}

static ssize_t hand_out(const struct iovec *iov, int count)
{
    size_t bytes = AZ_MIN(az_iov_bytes(iov, count), line_used - line_at);
    ssize_t copied = az_iov_copy_out(iov, count, 0, line + line_at, bytes);
    if (copied < 0)
        return copied;
    line_at += (size_t)copied;
    if (line_at == line_used) {
        ended = ended && !az_stdio_is_terminal();
        line_done = ended;
    }
    return copied;
}

static bool may_return(size_t wanted, bool timed_out)
{
    if (!take_input())
        return timed_out;
    if (ended || !az_stdio_is_terminal() || (settings.lflag & ICANON))
        return true;
    return timed_out || line_used - line_at >= AZ_MIN(wanted, (size_t)settings.cc[VMIN]);
}

/* The limit that VMIN and VTIME set; VTIME counts from the first byte when VMIN is not 0. */
static az_time read_deadline(void)
{
    if (!az_stdio_is_terminal() || (settings.lflag & ICANON))
        return AZ_TIME_NEVER;
    if (settings.cc[VTIME] == 0)
        return settings.cc[VMIN] == 0 ? 0 : AZ_TIME_NEVER;
    if (settings.cc[VMIN] > 0 && line_at == line_used)
        return AZ_TIME_NEVER;
    return az_clock_now() + AZ_MS(100) * settings.cc[VTIME];
}

ssize_t az_terminal_readv(struct az_file *file, const struct iovec *iov, int count, AZ_UNUSED int64_t at)
{
    size_t wanted = az_iov_bytes(iov, count);
    if (wanted == 0)
        return 0;
    bool timed_out = false;
    for (;;) {
        uint32_t ticket = az_wait_ticket(&az_console_input);
        if (may_return(wanted, timed_out))
            return hand_out(iov, count);
        if (file->flags & O_NONBLOCK)
            return -EAGAIN;
        int error = az_wait(&az_console_input, ticket, read_deadline(), AZ_WAIT_SIGNALS);
        if (error == -EDEADLK)
            return 0; /* no console of this machine can be read */
        if (error && error != -ETIMEDOUT)
            return error;
        timed_out = error == -ETIMEDOUT;
    }
}

static void input_arrived(AZ_UNUSED struct az_wait_entry *entry, AZ_UNUSED uint32_t events)
{
    if (take_input())
        az_wake(&az_stdin.queue, POLLIN | POLLRDNORM);
}

uint32_t az_terminal_poll(AZ_UNUSED struct az_file *file)
{
    static struct az_wait_entry forward = {.woken = input_arrived};
    if (!forward.link)
        az_wait_entry_add(&az_console_input, &forward);
    return take_input() ? POLLIN | POLLRDNORM : 0;
}

static int change(unsigned long argument, bool flush)
{
    struct linux_termios wanted;
    if (az_user_copy_in(&wanted, (const void *)argument, sizeof(wanted)))
        return -EFAULT;
    bool was_canonical = settings.lflag & ICANON;
    settings = wanted;
    if (flush)
        raw_at = raw_used = line_at = line_used = 0;
    if (!(settings.lflag & ICANON) && was_canonical)
        line_done = line_at < line_used;
    return 0;
}

static int bytes_waiting(unsigned long argument)
{
    int waiting = take_input() ? (int)(line_used - line_at) : 0;
    return az_user_put((int *)argument, &waiting);
}

int az_terminal_ioctl(unsigned long request, unsigned long argument)
{
    if (request == FIONREAD)
        return bytes_waiting(argument);
    if (!az_stdio_is_terminal())
        return -ENOTTY;
    switch (request) {
    case TIOCGWINSZ:
        return az_user_put((struct winsize *)argument, &(struct winsize){0});
    case TCGETS:
        return az_user_copy_out((void *)argument, &settings, sizeof(settings));
    case TCSETS:
    case TCSETSW:
        return change(argument, false);
    case TCSETSF:
        return change(argument, true);
    case TIOCGPGRP:
    case TIOCGSID:
        return az_user_put((int *)argument, &(int){1});
    case TIOCSPGRP:
        return 0;
    default:
        return -ENOTTY;
    }
}
