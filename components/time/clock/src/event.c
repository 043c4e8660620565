/* Which one-shot timer wakes the processor: the best that starts. */
#include <az/clock.h>

static struct az_clock_event *events; /* best first */
static struct az_clock_event *best;

void az_clock_event_register(struct az_clock_event *event)
{
    struct az_clock_event **place = &events;
    while (*place && (*place)->rating >= event->rating)
        place = &(*place)->next;
    event->next = *place;
    *place = event;
}

struct az_clock_event *az_clock_event_best(void)
{
    while (!best && events) {
        struct az_clock_event *event = events;
        events = event->next;
        if (!event->start || event->start(event) == 0)
            best = event;
    }
    return best;
}
