/* The Gregorian calendar as a number of seconds. */
#ifndef CALENDAR_H
#define CALENDAR_H

#include <az/base.h>

/*
 * Stores the seconds from 1970-01-01T00:00:00Z to that moment. False when there is no such date (year 1970 to 2261, which 64 bits of nanoseconds hold, month and day
 * from 1, a leap second allowed).
 */
AZ_MUST_USE bool calendar_seconds(unsigned year, unsigned month, unsigned day, unsigned hour,
                                  unsigned minute, unsigned second, int64_t *out);

#endif
