/* Joins the consoles: output goes to all of them, input comes from the first that has any to give. */
#include <az/console.h>

static struct az_console *consoles;

struct az_wait_queue az_console_input = AZ_WAIT_QUEUE_INIT;

void az_console_register(struct az_console *console)
{
    struct az_console **end = &consoles;
    while (*end)
        end = &(*end)->next;
    console->next = NULL;
    *end = console;
}

void az_console_write(const char *text, size_t bytes)
{
    for (struct az_console *console = consoles; console; console = console->next)
        console->write(console, text, bytes);
}

size_t az_console_read(char *out, size_t bytes)
{
    for (struct az_console *console = consoles; console; console = console->next) {
        if (console->read)
            return console->read(console, out, bytes);
    }
    return 0;
}
