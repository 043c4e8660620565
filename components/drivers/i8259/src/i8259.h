/* The pair of 8259s (Intel 8259A data sheet), shared by set-up and dispatch. */
#ifndef I8259_H
#define I8259_H

#include <az/irq.h>

#define I8259_LINES 16u
#define I8259_VECTOR 32u /* of line 0 */

#define MASTER_COMMAND 0x20u
#define MASTER_DATA 0x21u
#define SLAVE_COMMAND 0xa0u
#define SLAVE_DATA 0xa1u
#define CASCADE 2u /* the master's line that the slave is on */

#define COMMAND_EOI 0x20u
#define COMMAND_READ_IN_SERVICE 0x0bu

extern struct az_irq_action i8259_actions[I8259_LINES];

/* Handler of the vectors; `vector` - I8259_VECTOR is the line. */
void i8259_dispatch(unsigned vector, void *arg);

#endif
