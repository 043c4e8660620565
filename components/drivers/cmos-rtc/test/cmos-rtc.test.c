#define AZ_ARCH_H /* the fakes below stand for az/arch.h */
#define AZ_SELF_H
#include <time.h>

#include <az/base.h>

static void az_out8(uint16_t port, uint8_t value);
static uint8_t az_in8(uint16_t port);
int az_cmos_rtc_init(void);

#include "../src/calendar.c"
#include "../src/cmos-rtc.c"
#include <az/test.h>

static uint8_t chip[128];
static uint8_t chip_index;
static unsigned updating_reads, reads_to_tick;
static struct az_wall_source *registered;

static void az_out8(uint16_t port, uint8_t value)
{
    AZ_CHECK_EQ(port, INDEX_PORT);
    chip_index = value & 0x7f;
}
static uint8_t az_in8(uint16_t port)
{
    AZ_CHECK_EQ(port, DATA_PORT);
    if (chip_index == STATUS_A) {
        if (!updating_reads)
            return 0x26;
        updating_reads--;
        return 0xa6;
    }
    if (reads_to_tick && --reads_to_tick == 0) {
        chip[0x00] = 0x00; /* 23:59:59 becomes 00:00:00 of the next day */
        chip[0x02] = 0x00;
        chip[0x04] = 0x00;
        chip[0x07] = 0x01;
        chip[0x08] = 0x03;
    }
    return chip[chip_index];
}
void az_wall_source_register(struct az_wall_source *wall)
{
    registered = wall;
}

static void set(uint8_t status_b, const uint8_t fields[FIELDS])
{
    for (unsigned i = 0; i < FIELDS; i++)
        chip[registers[i]] = fields[i];
    chip[STATUS_B] = status_b;
    updating_reads = reads_to_tick = 0;
}
static long long date(void)
{
    az_time now = 0;
    AZ_CHECK_EQ(registered->read(&now), 0);
    return now / AZ_SECONDS(1);
}

AZ_TEST(every_format_of_one_moment_is_that_moment)
{
    az_cmos_rtc_init();
    const long long moment = 1709164799; /* 2024-02-28T23:59:59Z */
    set(0x02, (const uint8_t[]){0x59, 0x59, 0x23, 0x28, 0x02, 0x24, 0x20});
    AZ_CHECK_EQ(date(), moment);
    set(0x06, (const uint8_t[]){59, 59, 23, 28, 2, 24, 20});
    AZ_CHECK_EQ(date(), moment);
    set(0x00, (const uint8_t[]){0x59, 0x59, 0x91, 0x28, 0x02, 0x24, 0x20});
    AZ_CHECK_EQ(date(), moment);
    set(0x04, (const uint8_t[]){59, 59, 0x80 | 11, 28, 2, 24, 0xff}); /* no century register */
    AZ_CHECK_EQ(date(), moment);
    set(0x04, (const uint8_t[]){0, 30, 12, 28, 2, 24, 20}); /* half past midnight */
    AZ_CHECK_EQ(date(), 1709080200);
}

AZ_TEST(an_update_is_waited_for_and_a_torn_reading_is_repeated)
{
    for (unsigned tick = 1; tick < 15; tick++) {
        set(0x02, (const uint8_t[]){0x59, 0x59, 0x23, 0x29, 0x02, 0x24, 0x20});
        updating_reads = 3;
        reads_to_tick = tick;
        long long read = date();
        AZ_CHECK(read == 1709251199 || read == 1709251200);
    }
}

AZ_TEST(no_clock_and_no_date_are_errors)
{
    az_time now = 77;
    memset(chip, 0xff, sizeof chip);
    AZ_CHECK_EQ(registered->read(&now), -EIO);
    set(0x02, (const uint8_t[]){0, 0, 0, 0x31, 0x04, 0x24, 0x20});
    AZ_CHECK_EQ(registered->read(&now), -EIO);
    set(0x02, (const uint8_t[]){0, 0, 0, 1, 1, 0x24, 0x20});
    updating_reads = UINT32_MAX;
    AZ_CHECK_EQ(registered->read(&now), -EIO);
    AZ_CHECK_EQ(now, 77);
}

AZ_TEST(the_calendar_agrees_with_timegm)
{
    for (unsigned day = 0; day < 106000; day += 13) {
        time_t moment = (time_t)day * 86400 + day % 86400;
        struct tm t;
        gmtime_r(&moment, &t);
        int64_t seconds = -1;
        AZ_CHECK(calendar_seconds((unsigned)t.tm_year + 1900, (unsigned)t.tm_mon + 1, (unsigned)t.tm_mday,
                                  (unsigned)t.tm_hour, (unsigned)t.tm_min, (unsigned)t.tm_sec, &seconds));
        AZ_CHECK_EQ(seconds, moment);
    }
    int64_t untouched;
    AZ_CHECK(!calendar_seconds(2100, 2, 29, 0, 0, 0, &untouched));
    AZ_CHECK(!calendar_seconds(2024, 13, 1, 0, 0, 0, &untouched));
    AZ_CHECK(!calendar_seconds(2024, 1, 0, 0, 0, 0, &untouched));
}
