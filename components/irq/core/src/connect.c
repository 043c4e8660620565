/* Which controller serves a connection: the best rated one that can. */
#include <errno.h>

#include <az/irq.h>

static struct az_irq_controller *waiting; /* registered and not started, best first */
static struct az_irq_controller *running; /* started, best first */

static void insert(struct az_irq_controller **place, struct az_irq_controller *controller)
{
    while (*place && (*place)->rating >= controller->rating)
        place = &(*place)->next;
    controller->next = *place;
    *place = controller;
}

void az_irq_controller_register(struct az_irq_controller *controller)
{
    insert(&waiting, controller);
}

/* Starts the best controller that waits and is rated above `rating`; true when there was one. */
static bool start_above(unsigned rating)
{
    struct az_irq_controller *controller = waiting;
    if (!controller || controller->rating <= rating)
        return false;
    waiting = controller->next;
    if (!controller->start || controller->start(controller) == 0)
        insert(&running, controller);
    return true;
}

/*
 * The controllers from the best down, starting them on the way; `after` NULL: the first. Ratings below what a connection needs
 * are never started.
 */
static struct az_irq_controller *next_controller(const struct az_irq_controller *after)
{
    for (;;) {
        struct az_irq_controller *next = after ? after->next : running;
        if (!start_above(next ? next->rating : 0))
            return next;
    }
}

int az_irq_connect(const struct az_irq_source *source, unsigned cpu, az_irq_handler *handler, void *arg)
{
    for (struct az_irq_controller *controller = NULL; (controller = next_controller(controller));) {
        int error = controller->connect ? controller->connect(source, cpu, handler, arg) : -ENODEV;
        if (error != -ENODEV)
            return error;
    }
    return -ENODEV;
}

int az_irq_connect_message(unsigned cpu, az_irq_handler *handler, void *arg,
                           struct az_irq_message *out)
{
    for (struct az_irq_controller *controller = NULL; (controller = next_controller(controller));) {
        int error = controller->message ? controller->message(cpu, handler, arg, out) : -ENODEV;
        if (error != -ENODEV)
            return error;
    }
    return -ENODEV;
}
