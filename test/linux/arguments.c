/* argc, argv and the environment. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "show.h"

extern char **environ;

int main(int argc, char **argv)
{
    SHOW(argc);
    SHOW(argv[argc] == NULL);
    SHOW(strlen(argv[0]) > 0);
    SHOW(getenv("NOT_SET_ANYWHERE") == NULL);
    SHOW(setenv("NEW", "value", 1));
    printf("%s\n", getenv("NEW"));
    SHOW(setenv("NEW", "other", 0));
    printf("%s\n", getenv("NEW"));
    SHOW(putenv("PUT=1"));
    printf("%s\n", getenv("PUT"));
    SHOW(unsetenv("NEW"));
    SHOW(getenv("NEW") == NULL);
    SHOW(setenv("", "x", 1));
    SHOW(setenv("a=b", "x", 1));
    SHOW(clearenv());
    SHOW(environ == NULL || environ[0] == NULL);
    return 0;
}
