/* An interrupt on a line: run its handlers, then acknowledge, so that a level-triggered line has fallen by then. */
#include <az/arch.h>

#include "i8259.h"

static bool is_in_service(uint16_t command_port, unsigned bit)
{
    az_out8(command_port, COMMAND_READ_IN_SERVICE);
    return az_in8(command_port) >> bit & 1;
}

void i8259_dispatch(unsigned vector, void *arg)
{
    (void)arg;
    unsigned line = vector - I8259_VECTOR;
    if (line == 7 && !is_in_service(MASTER_COMMAND, 7))
        return; /* spurious */
    if (line == 15 && !is_in_service(SLAVE_COMMAND, 7)) {
        az_out8(MASTER_COMMAND, COMMAND_EOI); /* the master does not know that it is */
        return;
    }
    az_irq_actions_run(&i8259_actions[line]);
    if (line >= 8)
        az_out8(SLAVE_COMMAND, COMMAND_EOI);
    az_out8(MASTER_COMMAND, COMMAND_EOI);
}
