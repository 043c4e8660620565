/* Motorola MC146818A data sheet: registers 0 to 9, A and B. */
#include <errno.h>

#include <az/arch.h>
#include <az/clock.h>
#include <az/self.h>

#include "calendar.h"

#define INDEX_PORT 0x70u
#define DATA_PORT 0x71u
#define STATUS_A 0x0au
#define STATUS_A_UPDATING 0x80u
#define STATUS_B 0x0bu
#define STATUS_B_24_HOURS 0x02u
#define STATUS_B_BINARY 0x04u
#define HOUR_PM 0x80u
#define CENTURY 0x32u

#define TRIES_MAX 8u
#define UPDATE_READS_MAX 1000000u /* an update takes 2 ms */

static const uint8_t registers[] = {0x00, 0x02, 0x04, 0x07, 0x08, 0x09, CENTURY};
enum { SECOND, MINUTE, HOUR, DAY, MONTH, YEAR, CENTURIES, FIELDS };

static uint8_t read_register(uint8_t index)
{
    az_out8(INDEX_PORT, index);
    return az_in8(DATA_PORT);
}

/* False when an update never ends: no clock there. */
static bool wait_for_update(void)
{
    for (unsigned i = 0; i < UPDATE_READS_MAX; i++)
        if (!(read_register(STATUS_A) & STATUS_A_UPDATING))
            return true;
    return false;
}

static void read_fields(uint8_t out[FIELDS])
{
    for (unsigned i = 0; i < FIELDS; i++)
        out[i] = read_register(registers[i]);
}

static unsigned number(uint8_t value, bool binary)
{
    return binary ? value : (value >> 4) * 10u + (value & 15u);
}

static int read_date(az_time *out)
{
    /* Two equal readings in a row: no update fell into either. */
    uint8_t fields[FIELDS], again[FIELDS];
    bool equal = false;
    for (unsigned tries = 0; tries < TRIES_MAX && !equal; tries++) {
        if (!wait_for_update())
            return -EIO;
        read_fields(fields);
        if (!wait_for_update())
            return -EIO;
        read_fields(again);
        equal = true;
        for (unsigned i = 0; i < FIELDS; i++)
            equal &= fields[i] == again[i];
    }
    if (!equal)
        return -EIO;

    uint8_t status = read_register(STATUS_B);
    bool binary = status & STATUS_B_BINARY;
    unsigned hour = number((uint8_t)(fields[HOUR] & ~HOUR_PM), binary);
    if (!(status & STATUS_B_24_HOURS))
        hour = hour % 12 + (fields[HOUR] & HOUR_PM ? 12 : 0);
    unsigned century = number(fields[CENTURIES], binary);
    if (century < 19 || century > 21)
        century = 20;

    int64_t seconds;
    if (!calendar_seconds(century * 100 + number(fields[YEAR], binary),
                          number(fields[MONTH], binary), number(fields[DAY], binary), hour,
                          number(fields[MINUTE], binary), number(fields[SECOND], binary), &seconds))
        return -EIO;
    *out = AZ_SECONDS(seconds);
    return 0;
}

static struct az_wall_source source = {.name = "cmos-rtc", .rating = 100, .read = read_date};

int az_cmos_rtc_init(void)
{
    az_wall_source_register(&source);
    return 0;
}
