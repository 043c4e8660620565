/* fcntl: flags, record locks as the owner sees them, what is invalid. */
#include <fcntl.h>
#include <unistd.h>

#include "show.h"

int main(void)
{
    int ends[2];
    pipe(ends);
    SHOW(fcntl(ends[0], F_GETFL));
    SHOW(fcntl(ends[1], F_GETFL));
    SHOW(fcntl(ends[0], F_SETFL, O_NONBLOCK | O_APPEND | O_CREAT | O_RDWR));
    SHOW(fcntl(ends[0], F_GETFL));
    char byte;
    SHOW(read(ends[0], &byte, 1));
    SHOW(fcntl(ends[0], F_SETFL, 0));
    SHOW(fcntl(ends[0], 9999));
    SHOW(fcntl(99, F_GETFL));
    int null = open("/dev/null", O_RDONLY);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 10};
    SHOW(fcntl(null, F_SETLK, &lock));
    lock.l_type = F_RDLCK;
    SHOW(fcntl(null, F_SETLK, &lock));
    SHOW(fcntl(null, F_GETLK, &lock));
    SHOW(lock.l_type == F_UNLCK);
    lock.l_type = 77;
    SHOW(fcntl(null, F_SETLK, &lock));
    SHOW(fcntl(null, F_SETLK, (struct flock *)1));
    return 0;
}
