/* Device interrupts: (device, queue) -> handler and CPU. Which line or vector that is, is the controller's business. */
#ifndef AZ_IRQ_H
#define AZ_IRQ_H

#include <az/base.h>

typedef void az_irq_handler(void *arg); /* acknowledges the device and flags; never more. Context: irq. */

enum az_irq_kind { AZ_IRQ_ISA, AZ_IRQ_PCI_PIN, AZ_IRQ_INPUT };

/* Where an interrupt on a wire comes from. Buses make these; drivers pass them on. */
struct az_irq_source {
    enum az_irq_kind kind;
    /*
     * ISA: the legacy line, 0 to 15. PCI pin: the one it is wired to on the i8259 pair, 0 when unknown. Input: a global system
     * interrupt (ACPI 6.5, section 5.2.13), a number across the inputs of all I/O APICs; the first 16 are the legacy lines too.
     */
    unsigned line;
    unsigned bus, device, pin; /* PCI pin: 1 to 4, as seen on bus `bus` */
    bool is_level, is_active_low; /* input: how it is wired */
};

/*
 * Connects `source` to handler(arg) on `cpu` and unmasks it, for good. Level-triggered lines may be shared.
 * Context: thread. Errors: -ENODEV when no controller can route it, -ENOMEM, -EBUSY.
 */
AZ_MUST_USE int az_irq_connect(const struct az_irq_source *source, unsigned cpu, az_irq_handler *handler, void *arg);

/* What a device writes, and where, to interrupt by message (MSI, MSI-X). */
struct az_irq_message {
    uint64_t address;
    uint32_t data;
};
/* Makes a message of its own for handler(arg) on `cpu`. Context: thread. Errors: -ENODEV no controller has messages, -ENOSPC. */
AZ_MUST_USE int az_irq_connect_message(unsigned cpu, az_irq_handler *handler, void *arg, struct az_irq_message *out);

/*
 * A controller. For each connection the best rated one that can route it is taken. Registered at level irq; started (once) no
 * sooner than something is to be connected. The struct stays the registrar's.
 */
struct az_irq_controller {
    const char *name;
    unsigned rating; /* 300 LAPIC (messages), 200 i8259, 100 IOAPIC: see docs/adr/0005-interrupt-routing.md */
    /* Finds the hardware. NULL: nothing to find. Errors: -ENODEV. */
    int (*start)(struct az_irq_controller *controller);
    /* NULL: it has no lines, no messages. Errors: -ENODEV: not this one, try the next; others end the search. */
    int (*connect)(const struct az_irq_source *source, unsigned cpu, az_irq_handler *handler, void *arg);
    int (*message)(unsigned cpu, az_irq_handler *handler, void *arg, struct az_irq_message *out);
    enum { AZ_IRQ_UNTRIED, AZ_IRQ_STARTED, AZ_IRQ_ABSENT } state; /* irq/core's */
    struct az_irq_controller *next;
};
void az_irq_controller_register(struct az_irq_controller *controller);

/* The handlers of one line, for controllers: the first one stored here, those that share it on the heap. */
struct az_irq_action {
    az_irq_handler *handler;
    void *arg;
    struct az_irq_action *next;
};
/* Context: thread, interrupts off. Errors: -ENOMEM. */
AZ_MUST_USE int az_irq_action_add(struct az_irq_action *first, az_irq_handler *handler, void *arg);
/* Context: irq. */
void az_irq_actions_run(const struct az_irq_action *first);

#endif
