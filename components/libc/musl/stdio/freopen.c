/* musl's, plus the reference that stdout.c and stderr.c make only weakly. */
#include "stdio_impl.h"

__attribute__((used)) static int (*const for_standard_streams)(FILE *) = __stdio_close;

#include "stdio/freopen.c"
