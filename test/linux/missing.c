/* What is not there, and paths that cannot be: the family of ENOENT. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "show.h"

int main(void)
{
    static char name[300], path[PATH_MAX + 10];
    char target[16];
    memset(name, 'a', sizeof(name) - 1);
    name[0] = '/';
    memset(path, '/', sizeof(path) - 1);
    SHOW(open("/nope", O_RDONLY));
    SHOW(open("/nope/x", O_RDONLY));
    SHOW(open("/nope/x", O_CREAT | O_WRONLY, 0600));
    SHOW(open("", O_RDONLY));
    SHOW(open("/dev/null", O_RDONLY | O_DIRECTORY));
    SHOW(open("/dev", O_WRONLY));
    SHOW(open("/dev", O_RDWR | O_CREAT, 0600));
    SHOW(open("/dev/null", O_CREAT | O_EXCL | O_RDWR, 0600));
    SHOW(open(name, O_RDONLY));
    SHOW(open(path, O_RDONLY));
    SHOW(open((char *)1, O_RDONLY));
    SHOW(openat(99, "x", O_RDONLY));
    int null = open("/dev/null", O_RDONLY);
    SHOW(openat(null, "x", O_RDONLY));
    SHOW(openat(99, "/nope", O_RDONLY));
    SHOW(access("/nope", F_OK));
    SHOW(access("/dev/null", R_OK | W_OK));
    SHOW(access("/dev/null", X_OK));
    SHOW(access("/dev/null", 99));
    SHOW(faccessat(99, "x", F_OK, 0));
    SHOW(unlink("/nope"));
    SHOW(unlink("/nope/x"));
    SHOW(unlink("/"));
    SHOW(rmdir("/nope"));
    SHOW(rmdir("/dev/null"));
    SHOW(mkdir("/dev", 0700));
    SHOW(mkdir("/nope/x", 0700));
    SHOW(rename("/nope", "/nope2"));
    SHOW(link("/nope", "/nope2"));
    SHOW(symlink("x", "/dev/null"));
    SHOW(symlink("x", "/nope/y"));
    SHOW(readlink("/nope", target, sizeof(target)));
    SHOW(readlink("/dev/null", target, sizeof(target)));
    SHOW(chdir("/nope"));
    SHOW(chdir("/dev/null"));
    SHOW(chmod("/nope", 0600));
    SHOW(truncate("/nope", 0));
    SHOW(truncate("/dev", 0));
    SHOW(truncate("/nope", -1));
    SHOW(chown("/nope", 0, 0));
    SHOW(fopen("/nope", "r") == NULL);
    SHOW(remove("/nope"));
    return 0;
}
