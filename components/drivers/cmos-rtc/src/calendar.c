/* Days are counted in years that begin in March, so that the leap day is a year's last. */
#include "calendar.h"

static bool is_leap(unsigned year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static unsigned days_in(unsigned year, unsigned month)
{
    if (month == 2)
        return is_leap(year) ? 29 : 28;
    return 30 + ((month + (month > 7)) & 1);
}

bool calendar_seconds(unsigned year, unsigned month, unsigned day, unsigned hour, unsigned minute,
                      unsigned second, int64_t *out)
{
    if (year < 1970 || year > 2261 || month < 1 || month > 12 || day < 1 ||
        day > days_in(year, month) || hour > 23 || minute > 59 || second > 60)
        return false;
    unsigned march_year = month < 3 ? year - 1 : year;
    unsigned month_from_march = (month + 9) % 12;
    unsigned day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    unsigned days_to_year = march_year * 365 + march_year / 4 - march_year / 100 + march_year / 400;
    unsigned days = days_to_year + day_of_year - 719468; /* days from 0000-03-01 to 1970-01-01 */
    *out = (int64_t)days * 86400 + (int64_t)(hour * 3600 + minute * 60 + second);
    return true;
}
