/* Dates: UTC, zones from TZ, strftime, mktime. */
#include <stdlib.h>
#include <time.h>

#include "show.h"

static void print(const struct tm *tm)
{
    char text[100];
    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %a %b %j %U %p %Z %z", tm);
    printf("%s\n", text);
}

int main(void)
{
    static const time_t times[] = {0, 86399, 951782400, 1234567890, 1700000000, 4102444800};
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
        print(gmtime(&times[i]));
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
        print(localtime(&times[i]));
    struct tm tm = {.tm_year = 124, .tm_mon = 1, .tm_mday = 30, .tm_isdst = -1};
    SHOW(mktime(&tm));
    print(&tm);
    setenv("TZ", "UTC0", 1);
    tzset();
    tm = (struct tm){.tm_year = 99, .tm_mon = 11, .tm_mday = 31, .tm_hour = 23, .tm_min = 59, .tm_sec = 61};
    SHOW(mktime(&tm));
    printf("%s", asctime(&tm));
    time_t moment = 1000000000;
    printf("%s", ctime(&moment));
    SHOW(difftime(10, 3) == 7.0);
    return 0;
}
