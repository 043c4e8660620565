/* printf: integers, floats, strings, widths. */
#include <float.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>

#include "show.h"

int main(void)
{
    char text[32];
    printf("%d %i %u %o %x %X %c %%\n", -5, INT_MIN, UINT_MAX, 0755, 0xbeef, 0xbeef, 'z');
    printf("[%5d] [%-5d] [%05d] [%+d] [% d] [%#x] [%#o]\n", 42, 42, 42, 42, 42, 42, 42);
    printf("%lld %llu %zu %td %jd\n", LLONG_MIN, ULLONG_MAX, (size_t)7, (ptrdiff_t)-7, (intmax_t)9);
    printf("[%s] [%10s] [%-10s] [%.2s] [%.*s]\n", "text", "text", "text", "text", 3, "text");
    printf("%f %.0f %.3f %10.2f %-10.2f|\n", 3.14159, 2.5, -0.0005, 123.456, 123.456);
    printf("%e %E %g %G %g %g\n", 12345.678, 0.00012, 0.0001, 1e20, 100000.0, 1000000.0);
    printf("%a %a\n", 1.0, 0.1);
    printf("%f %f %f\n", INFINITY, -INFINITY, NAN);
    printf("%.17g %.17g\n", 0.1, DBL_MIN);
    printf("%Lf %Lg\n", 1.5L, 1e100L);
    printf("%hhd %hd\n", 300, 70000);
    SHOW(snprintf(text, 8, "%s", "longer than that"));
    printf("%s\n", text);
    SHOW(snprintf(NULL, 0, "%d", 12345));
    return 0;
}
