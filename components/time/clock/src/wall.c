/* The wall clock: a date read once, plus the monotonic time since. */
#include <az/clock.h>

static struct az_wall_source *sources; /* best first */
static az_time offset;                 /* wall clock less monotonic clock */
static bool known;

void az_wall_source_register(struct az_wall_source *source)
{
    struct az_wall_source **place = &sources;
    while (*place && (*place)->rating >= source->rating)
        place = &(*place)->next;
    source->next = *place;
    *place = source;
}

az_time az_clock_wall(void)
{
    if (!known) {
        known = true;
        az_time date = 0;
        for (const struct az_wall_source *source = sources; source; source = source->next)
            if (source->read(&date) == 0)
                break;
        offset = date - az_clock_now();
    }
    return az_clock_now() + offset;
}

void az_clock_wall_set(az_time now)
{
    known = true;
    offset = now - az_clock_now();
}
