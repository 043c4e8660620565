/* Which controller serves a connection: the best rated one that can. */
#include <errno.h>

#include <az/irq.h>

static struct az_irq_controller *controllers; /* best first */

void az_irq_controller_register(struct az_irq_controller *controller)
{
    struct az_irq_controller **place = &controllers;
    while (*place && (*place)->rating >= controller->rating)
        place = &(*place)->next;
    controller->next = *place;
    *place = controller;
}

static bool has_started(struct az_irq_controller *controller)
{
    if (controller->state == AZ_IRQ_UNTRIED) {
        bool works = !controller->start || controller->start(controller) == 0;
        controller->state = works ? AZ_IRQ_STARTED : AZ_IRQ_ABSENT;
    }
    return controller->state == AZ_IRQ_STARTED;
}

int az_irq_connect(const struct az_irq_source *source, unsigned cpu, az_irq_handler *handler, void *arg)
{
    int error = -ENODEV;
    for (struct az_irq_controller *controller = controllers; controller && error == -ENODEV;
         controller = controller->next)
        if (controller->connect && has_started(controller))
            error = controller->connect(source, cpu, handler, arg);
    return error;
}

int az_irq_connect_message(unsigned cpu, az_irq_handler *handler, void *arg,
                           struct az_irq_message *out)
{
    int error = -ENODEV;
    for (struct az_irq_controller *controller = controllers; controller && error == -ENODEV;
         controller = controller->next)
        if (controller->message && has_started(controller))
            error = controller->message(cpu, handler, arg, out);
    return error;
}
