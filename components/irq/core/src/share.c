/* Adding a handler to a line that may have one. */
#include <errno.h>

#include <az/heap.h>
#include <az/irq.h>

int az_irq_action_add(struct az_irq_action *first, az_irq_handler *handler, void *arg)
{
    struct az_irq_action *action = first;
    if (first->handler) {
        action = az_heap_alloc(sizeof *action);
        if (!action)
            return -ENOMEM;
        action->next = first->next;
        first->next = action;
    }
    action->handler = handler;
    action->arg = arg;
    return 0;
}
