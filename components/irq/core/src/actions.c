/* The handlers of one line, run in interrupt context. */
#include <az/irq.h>

void az_irq_actions_run(const struct az_irq_action *first)
{
    for (const struct az_irq_action *action = first; action; action = action->next)
        if (action->handler)
            action->handler(action->arg);
}
