/* Random bytes: there, different, refused with bad flags. */
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "show.h"

int main(void)
{
    unsigned char a[32] = {0}, b[32] = {0};
    SHOW(getrandom(a, sizeof(a), 0));
    SHOW(getrandom(b, sizeof(b), GRND_NONBLOCK));
    SHOW(memcmp(a, b, sizeof(a)) != 0);
    SHOW(getrandom(a, sizeof(a), 0x100));
    SHOW(getentropy(a, sizeof(a)));
    SHOW(getentropy(a, 257));
    int fd = open("/dev/urandom", O_RDONLY);
    SHOW(read(fd, a, sizeof(a)));
    SHOW(memcmp(a, b, sizeof(a)) != 0);
    return 0;
}
