/* How this machine stops (machine.exit) and what the image tells the runner (host.link). */
#ifndef AZ_MACHINE_H
#define AZ_MACHINE_H

#include <az/base.h>

/*
 * Stops the machine: the trigger port the runner announced (az.exit=PORT), else ACPI S5 where known, else reset through the
 * keyboard controller, else cli; hlt for ever. Never writes to a port that nobody announced and no standard fixes.
 * Context: any. Provided by machine/exit.
 */
AZ_NORETURN void az_machine_stop(void);

/*
 * Switches the machine off, or at least resets it; returns when neither can be done. Called by az_machine_stop() in images with a
 * provider of machine.power. Context: any, interrupts off; a second call returns at once.
 */
void az_machine_power_off(void);

/*
 * Records for the runner, one text line each, to the port announced by az.link=PORT; silent without it. Weak defaults do
 * nothing: an image without host/link has no code for it. Context: any.
 */
void az_link_main(void); /* "main": main() is about to be called */
void az_link_exit(int status);
void az_link_listen(const char *protocol, uint16_t port);   /* "listen tcp 8080" */
void az_link_unlisten(const char *protocol, uint16_t port); /* "unlisten tcp 8080" */
void az_link_panic(const uintptr_t *addresses, size_t count);

#endif
