/* Where bytes for people go and come from. One or more outputs; provided by drivers (ns16550, ...), joined by core. */
#ifndef AZ_CONSOLE_H
#define AZ_CONSOLE_H

#include <az/wait.h>

struct az_console {
    const char *name;
    /* Writes all of it, polling. Context: any, also a panic. */
    void (*write)(struct az_console *console, const char *text, size_t bytes);
    /* Takes what has arrived, up to `bytes`, without waiting; returns how many. NULL: output only. Context: thread. */
    size_t (*read)(struct az_console *console, char *out, size_t bytes);
    struct az_console *next;
};
/* Adds a console; the first one registered with `read` is the input. Context: early, thread. */
void az_console_register(struct az_console *console);
/* To every console. Raw: no newline is changed. Context: any. */
void az_console_write(const char *text, size_t bytes);
/* From the input console; 0 when nothing is there. */
size_t az_console_read(char *out, size_t bytes);
/* Woken by the driver when input may be there. */
extern struct az_wait_queue az_console_input;

#endif
