/* The working directory, directory descriptors, and listing. */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "show.h"

int main(void)
{
    char path[64];
    struct stat by_path, by_fd;
    SHOW(chdir("/"));
    printf("%s\n", getcwd(path, sizeof(path)));
    SHOW(chdir("/dev"));
    printf("%s\n", getcwd(path, sizeof(path)));
    SHOW(getcwd(path, 4) == NULL);
    SHOW(errno == ERANGE);
    SHOW(access("null", F_OK));
    SHOW(access("../dev/null", F_OK));
    SHOW(chdir(".."));
    printf("%s\n", getcwd(path, sizeof(path)));
    SHOW(chdir("../.."));
    printf("%s\n", getcwd(path, sizeof(path)));
    int dir = open("/dev", O_RDONLY | O_DIRECTORY);
    SHOW(faccessat(dir, "null", F_OK, 0));
    SHOW(fchdir(dir));
    printf("%s\n", getcwd(path, sizeof(path)));
    SHOW(read(dir, path, 1));
    SHOW(write(dir, path, 1));
    SHOW(stat("/dev", &by_path) || fstat(dir, &by_fd));
    SHOW(by_path.st_ino == by_fd.st_ino && by_path.st_dev == by_fd.st_dev);
    int null = open("/dev/null", O_RDONLY);
    SHOW(fchdir(null));
    SHOW(fchdir(99));
    int found = 0, dots = 0;
    DIR *listing = opendir("/dev");
    for (struct dirent *entry; (entry = readdir(listing));) {
        found += !strcmp(entry->d_name, "null") || !strcmp(entry->d_name, "zero");
        dots += !strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..");
    }
    SHOW(found);
    SHOW(dots);
    rewinddir(listing);
    SHOW(readdir(listing) != NULL);
    SHOW(closedir(listing));
    SHOW(opendir("/dev/null") == NULL);
    SHOW(errno == ENOTDIR);
    return 0;
}
