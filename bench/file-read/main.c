/* Reads of a file that is in memory on both: embedded in the image of az, unpacked from the initramfs on Linux. */
#include <fcntl.h>
#include <unistd.h>
#include "clock.h"

#define ROUNDS 1000

static char buffer[16384];

static int measure(const char *name, int fd, size_t bytes)
{
    unsigned long long begin = 0;
    for (int i = -1; i < ROUNDS; i++) {
        if (i == 0)
            begin = ticks();
        if (pread(fd, buffer, bytes, 0) != (ssize_t)bytes)
            return 1;
    }
    report(name, ticks() - begin, ROUNDS);
    return 0;
}

int main(int argc, char **argv)
{
    int fd = open("/data", O_RDONLY);
    choose_clock(argc, argv);
    if (fd < 0) {
        perror("/data");
        return 1;
    }
    return measure("fileRead1", fd, 1) || measure("fileRead4K", fd, 4096) || measure("fileRead16K", fd, sizeof(buffer));
}
