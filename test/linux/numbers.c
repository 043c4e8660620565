/* strtod, strtol and their ends, sscanf. */
#include <math.h>
#include <stdlib.h>

#include "show.h"

int main(void)
{
    static const char *const doubles[] = {"1.5",    "  -2e3x", "0x1.8p3", "inf",   "nan",   "1e400", "1e-400", "",
                                          ".5",     "5.",      "e5",      "1e+",   "-0",    "9007199254740993",
                                          "2.2250738585072011e-308", "123456789012345678901234567890"};
    for (size_t i = 0; i < sizeof(doubles) / sizeof(doubles[0]); i++) {
        char *end;
        errno = 0;
        double value = strtod(doubles[i], &end);
        printf("%s: %.17g ends %td %s\n", doubles[i], isnan(value) ? NAN : value, end - doubles[i],
               errno ? error_name(errno) : "-");
    }
    static const char *const longs[] = {"12", "-0x1F", "077", "99999999999999999999", "abc", "  +5 6", "0x"};
    for (size_t i = 0; i < sizeof(longs) / sizeof(longs[0]); i++) {
        char *end;
        errno = 0;
        long long value = strtoll(longs[i], &end, 0);
        printf("%s: %lld ends %td %s\n", longs[i], value, end - longs[i], errno == ERANGE ? "ERANGE" : "-");
    }
    int a, b;
    char word[8];
    float f;
    SHOW(sscanf("12 -7 hello 2.5", "%d %d %7s %f", &a, &b, word, &f));
    printf("%d %d %s %g\n", a, b, word, (double)f);
    SHOW(sscanf("x", "%d", &a));
    SHOW(sscanf("", "%d", &a));
    return 0;
}
