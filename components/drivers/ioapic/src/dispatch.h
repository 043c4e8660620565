/* Handler of the vectors. */
#ifndef DISPATCH_H
#define DISPATCH_H

#include <az/irq.h>

struct ioapic_line {
    az_irq_handler *handler;
    void *arg;
};

void ioapic_line_rose(unsigned vector, void *arg);

#endif
