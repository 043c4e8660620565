/* Device interrupts: (device, queue) -> handler and CPU. Which line or vector that is, is the controller's business. */
#ifndef AZ_IRQ_H
#define AZ_IRQ_H

#include <az/base.h>

typedef void az_irq_handler(void *arg); /* acknowledges the device and flags; never more. Context: irq. */

enum az_irq_kind { AZ_IRQ_ISA, AZ_IRQ_PCI_PIN, AZ_IRQ_MSI };

/* Where an interrupt comes from. Buses make these; drivers pass them on. */
struct az_irq_source {
    enum az_irq_kind kind;
    unsigned isa;             /* ISA: the legacy line, 0 to 15 */
    unsigned bus, device, pin;/* PCI pin: 1 to 4 */
};

/*
 * Connects `source` to handler(arg) on `cpu` and unmasks it. Level-triggered lines may be shared.
 * Context: thread. Errors: -ENODEV when no controller can route it, -ENOMEM, -EBUSY.
 */
AZ_MUST_USE int az_irq_connect(const struct az_irq_source *source, unsigned cpu, az_irq_handler *handler, void *arg);

/* A controller (i8259; IOAPIC with LAPIC). Rated: the best that finds its hardware serves every connection. */
struct az_irq_controller {
    const char *name;
    unsigned rating;
    int (*connect)(const struct az_irq_source *source, unsigned cpu, az_irq_handler *handler, void *arg);
    struct az_irq_controller *next;
};
void az_irq_controller_register(struct az_irq_controller *controller);

#endif
