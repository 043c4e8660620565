/* Standard input: lines, the end, and that it stays the end. */
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "show.h"

int main(void)
{
    char line[64];
    int lines = 0;
    size_t bytes = 0;
    while (fgets(line, sizeof(line), stdin)) {
        lines++;
        bytes += strlen(line);
    }
    SHOW(lines);
    SHOW(bytes);
    printf("%s\n", line);
    SHOW(feof(stdin) != 0);
    SHOW(read(0, line, sizeof(line)));
    struct pollfd in = {0, POLLIN, 0};
    SHOW(poll(&in, 1, 0));
    SHOW(isatty(0));
    SHOW(errno == ENOTTY || errno == EINVAL);
    SHOW(lseek(0, 0, SEEK_SET));
    return 0;
}
