/*
 * The first process of the Linux guest that az is compared with: mounts what a program expects, loads the modules of
 * the network card, gives it the address that the image has, runs /app, and switches the machine off.
 *
 * It speaks the side channel of az (components/host/link): lines of text to an I/O port, so that the same runner starts
 * both, sees when the program listens, and gets its whole exit status. Its arguments are the program's: the kernel hands
 * over what follows `--` on its command line.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define LINK_PORT 0xe9
#define EXIT_PORT 0xf4
#define LISTEN_STATE 0x0a /* TCP_LISTEN in /proc/net/tcp */
#define MODULES "/modules"
#define POLL_NS 5000000

static void record(const char *format, ...)
{
    char text[64];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    for (int i = 0; i < length; i++)
        outb((unsigned char)text[i], LINK_PORT);
}

/* Says the status and ends the machine; it does not come back. */
static void end(int status)
{
    tcdrain(STDOUT_FILENO);
    record("exit %d\n", status);
    outl(0, EXIT_PORT);
    reboot(RB_POWER_OFF); /* a machine without that port */
    for (;;)
        pause();
}

static void die(const char *what)
{
    fprintf(stderr, "init: %s: %s\n", what, strerror(errno));
    end(125);
}

/* The console passes bytes on as they are, as that of az does. */
static void open_console(void)
{
    int fd = open("/dev/console", O_RDWR);
    struct termios mode;
    if (fd < 0)
        return;
    for (int to = 0; to <= 2; to++)
        dup2(fd, to);
    if (fd > 2)
        close(fd);
    if (tcgetattr(0, &mode) == 0) {
        cfmakeraw(&mode);
        tcsetattr(0, TCSANOW, &mode);
    }
}

static int is_module(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* In the order of their names, which is that of what they depend on. */
static void load_modules(void)
{
    struct dirent **entries;
    int count = scandir(MODULES, &entries, is_module, alphasort);
    for (int i = 0; i < count; i++) {
        char path[300];
        snprintf(path, sizeof(path), MODULES "/%s", entries[i]->d_name);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || syscall(SYS_finit_module, fd, "", 0) < 0)
            die(path);
        close(fd);
        free(entries[i]);
    }
}

static void set_address(int fd, unsigned long request, const char *name, const char *address)
{
    struct ifreq ifr = {0};
    struct sockaddr_in in = {.sin_family = AF_INET};
    inet_pton(AF_INET, address, &in.sin_addr);
    strcpy(ifr.ifr_name, name);
    memcpy(&ifr.ifr_addr, &in, sizeof(in));
    if (ioctl(fd, request, &ifr) < 0)
        die(name);
}

static void bring_up(int fd, const char *name)
{
    struct ifreq ifr = {0};
    strcpy(ifr.ifr_name, name);
    if (ioctl(fd, SIOCGIFFLAGS, &ifr) < 0)
        die(name);
    ifr.ifr_flags |= IFF_UP;
    if (ioctl(fd, SIOCSIFFLAGS, &ifr) < 0)
        die(name);
}

static void configure_network(void)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bring_up(fd, "lo");
    if (if_nametoindex("eth0") != 0) {
        struct rtentry route = {.rt_flags = RTF_UP | RTF_GATEWAY, .rt_dev = (char *)"eth0"};
        struct sockaddr_in any = {.sin_family = AF_INET}, gateway = any;
        set_address(fd, SIOCSIFADDR, "eth0", "10.0.2.15");
        set_address(fd, SIOCSIFNETMASK, "eth0", "255.255.255.0");
        bring_up(fd, "eth0");
        inet_pton(AF_INET, "10.0.2.2", &gateway.sin_addr);
        memcpy(&route.rt_dst, &any, sizeof(any));
        memcpy(&route.rt_genmask, &any, sizeof(any));
        memcpy(&route.rt_gateway, &gateway, sizeof(gateway));
        if (ioctl(fd, SIOCADDRT, &route) < 0)
            die("route");
    }
    close(fd);
}

/* The port of the first listener in a table of sockets of the kernel; 0: nobody listens. */
static unsigned listening_port(const char *table)
{
    FILE *file = fopen(table, "re");
    char line[512];
    unsigned port = 0, state;
    while (file && !port && fgets(line, sizeof(line), file)) {
        unsigned found;
        if (sscanf(line, " %*u: %*[0-9A-F]:%x %*[0-9A-F]:%*x %x", &found, &state) == 2 && state == LISTEN_STATE)
            port = found;
    }
    if (file)
        fclose(file);
    return port;
}

/*
 * How long the processor has been halted since the kernel started, in ns, as one line on the console, when asked for by
 * BESIDE_IDLE=1 on the kernel's command line (an unknown word with a value becomes part of our environment).
 */
static void say_idle(void)
{
    FILE *file = getenv("BESIDE_IDLE") ? fopen("/proc/timer_list", "re") : NULL;
    char line[256];
    unsigned long long ns;
    while (file && fgets(line, sizeof(line), file)) {
        if (sscanf(line, " .idle_sleeptime : %llu nsecs", &ns) == 1) {
            printf("idleBeforeApp %llu ns\n", ns);
            fflush(stdout);
            break;
        }
    }
    if (file)
        fclose(file);
}

int main(int argc, char **argv)
{
    (void)argc;
    mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
    open_console();
    if (ioperm(LINK_PORT, 1, 1) < 0 || ioperm(EXIT_PORT, 4, 1) < 0) {
        perror("init: ioperm");
        reboot(RB_POWER_OFF);
    }
    if (mount("proc", "/proc", "proc", 0, NULL) < 0 || mount("sysfs", "/sys", "sysfs", 0, NULL) < 0)
        die("mount");
    load_modules();
    configure_network();
    say_idle();

    record("main\n");
    pid_t app = fork();
    if (app < 0)
        die("fork");
    if (app == 0) {
        ioperm(LINK_PORT, 1, 0);
        ioperm(EXIT_PORT, 4, 0);
        argv[0] = (char *)"app";
        execv("/app", argv);
        perror("init: /app");
        _exit(126);
    }
    int status;
    const struct timespec pause_for = {.tv_nsec = POLL_NS};
    for (unsigned port = 0; waitpid(app, &status, port ? 0 : WNOHANG) != app;) {
        if ((port = listening_port("/proc/net/tcp")) || (port = listening_port("/proc/net/tcp6")))
            record("listen tcp %u\n", port);
        else
            nanosleep(&pause_for, NULL);
    }
    end(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}
