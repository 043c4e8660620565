/* Handlers of the vectors. */
#ifndef DISPATCH_H
#define DISPATCH_H

#include <az/irq.h>

struct lapic_message {
    az_irq_handler *handler;
    void *arg;
};

void lapic_message_arrived(unsigned vector, void *arg);
void lapic_spurious(unsigned vector, void *arg);

#endif
