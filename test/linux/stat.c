/* stat of devices, directories and what is not there. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "show.h"

int main(void)
{
    struct stat stat_of;
    SHOW(stat("/dev/null", &stat_of));
    SHOW(S_ISCHR(stat_of.st_mode));
    SHOW(stat_of.st_mode & 0777);
    SHOW(major(stat_of.st_rdev));
    SHOW(minor(stat_of.st_rdev));
    SHOW(stat_of.st_size);
    int fd = open("/dev/zero", O_RDONLY);
    SHOW(fstat(fd, &stat_of));
    SHOW(minor(stat_of.st_rdev));
    SHOW(fstatat(fd, "", &stat_of, AT_EMPTY_PATH));
    SHOW(fstatat(fd, "x", &stat_of, 0));
    SHOW(fstatat(AT_FDCWD, "", &stat_of, 0));
    SHOW(fstatat(AT_FDCWD, "/dev", &stat_of, 0x80000));
    SHOW(stat("/", &stat_of));
    SHOW(S_ISDIR(stat_of.st_mode));
    SHOW(stat("/dev/", &stat_of));
    SHOW(S_ISDIR(stat_of.st_mode));
    SHOW(stat("/dev/null/", &stat_of));
    SHOW(stat("/dev/null/x", &stat_of));
    SHOW(stat("/dev/../dev/./null", &stat_of));
    SHOW(stat("/no/such", &stat_of));
    SHOW(stat("", &stat_of));
    SHOW(lstat("/nope", &stat_of));
    SHOW(stat((char *)1, &stat_of));
    SHOW(fstat(99, &stat_of));
    SHOW(stat("/etc/passwd", &stat_of));
    SHOW(S_ISREG(stat_of.st_mode));
    SHOW(stat_of.st_size > 0);
    return 0;
}
