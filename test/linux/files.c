/* Reading, writing and seeking on device files and pipes. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "show.h"

int main(void)
{
    char buffer[64];
    memset(buffer, 7, sizeof(buffer));
    int null = open("/dev/null", O_RDWR);
    int zero = open("/dev/zero", O_RDONLY);
    int full = open("/dev/full", O_WRONLY);
    SHOW(read(null, buffer, sizeof(buffer)));
    SHOW(write(null, buffer, 10));
    SHOW(write(null, NULL, 10));
    SHOW(lseek(null, 5, SEEK_SET));
    SHOW(read(zero, buffer, 8));
    SHOW(buffer[0] + buffer[7]);
    SHOW(buffer[8]);
    SHOW(write(zero, buffer, 1));
    SHOW(write(full, buffer, 1));
    SHOW(write(full, buffer, 0));
    SHOW(read(full, buffer, 1));
    SHOW(pread(zero, buffer, 4, 100));
    SHOW(pread(zero, buffer, 4, -1));
    SHOW(lseek(zero, 0, SEEK_END));
    SHOW(close(zero));
    SHOW(close(zero));
    SHOW(read(zero, buffer, 1));
    SHOW(write(-1, buffer, 1));
    SHOW(lseek(99, 0, SEEK_SET));
    SHOW(close(-1));
    SHOW(fsync(null));
    SHOW(ftruncate(null, 0));
    SHOW(fcntl(null, F_GETFL) & O_ACCMODE);
    return 0;
}
