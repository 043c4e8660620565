/* musl's, plus the reference that stdout.c and stderr.c make only weakly. */
#include "stdio_impl.h"

__attribute__((used)) static off_t (*const for_standard_streams)(FILE *, off_t, int) = __stdio_seek;

#include "stdio/fseek.c"
