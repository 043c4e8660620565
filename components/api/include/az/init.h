/*
 * Start and end of an image. The calls are generated from the manifests: level by level (early, cpu, memory, irq, time, bus,
 * device, net, fs, app), inside a level by `needs`. An initialiser is `int name(void)`: 0, or a negative errno, which stops the
 * boot with a panic naming the component. A device that is absent is no error.
 */
#ifndef AZ_INIT_H
#define AZ_INIT_H

#include <az/base.h>

/* Generated: runs every component's initialiser. */
void az_init_run(void);

/* Called by the boot stub on the boot stack, az_boot_info filled: initialisers, then the app. */
AZ_NORETURN void az_main(void);

/* The app: provided by libc/start. Stores az_boot_tsc_main right before main(). */
AZ_NORETURN void az_app_start(void);

/* TSC at the first instruction, and before main(): read from outside, cost nothing. */
extern uint64_t az_boot_tsc_entry, az_boot_tsc_main;

/* Generated from the app's configuration: argv[0], then the arguments and environment that the command line does not replace. */
extern const char az_app_name[];
extern const char *const az_app_args[]; /* NULL-terminated, without argv[0] */
extern const char *const az_app_env[];  /* NULL-terminated */

/* Runs before the machine stops, last registered first. The struct stays the caller's. Context: thread. */
struct az_exit_hook {
    void (*call)(void *arg);
    void *arg;
    struct az_exit_hook *next;
};
void az_exit_hook_add(struct az_exit_hook *hook);

/* Ends the image with a whole exit status: hooks, host.link, machine.exit. Context: thread. */
AZ_NORETURN void az_exit(int status);

#endif
