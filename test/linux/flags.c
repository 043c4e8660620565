/* Flags of open that are kept, ignored or refused. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "show.h"

int main(void)
{
    char byte;
    struct stat stat;
    int fd = open("/dev/null", O_RDWR | O_APPEND | O_NONBLOCK | O_CLOEXEC | O_TRUNC | O_NOCTTY);
    SHOW(fcntl(fd, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK | O_TRUNC | O_NOCTTY));
    SHOW(fcntl(fd, F_GETFD));
    int path = open("/dev/null", O_PATH);
    SHOW(read(path, &byte, 1));
    SHOW(write(path, &byte, 1));
    SHOW(fstat(path, &stat));
    SHOW(S_ISCHR(stat.st_mode));
    SHOW(fcntl(path, F_SETFL, O_NONBLOCK));
    SHOW(dup(path) >= 0);
    SHOW(close(path));
    int reader = open("/dev/zero", O_RDONLY), writer = open("/dev/null", O_WRONLY);
    SHOW(write(reader, &byte, 1));
    SHOW(read(writer, &byte, 1));
    SHOW(open("/dev/null", O_RDONLY | O_NOFOLLOW) >= 0);
    SHOW(umask(027));
    SHOW(umask(022));
    SHOW(umask(07777));
    SHOW(umask(022));
    return 0;
}
