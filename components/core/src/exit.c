/* The end of an image that ends in order. */
#include <az/init.h>
#include <az/machine.h>

static struct az_exit_hook *hooks;

void az_exit_hook_add(struct az_exit_hook *hook)
{
    hook->next = hooks;
    hooks = hook;
}

void az_exit(int status)
{
    while (hooks) {
        struct az_exit_hook *hook = hooks;
        hooks = hook->next; /* before the call: a hook that exits again goes on with the rest */
        hook->call(hook->arg);
    }
    az_link_exit(status);
    az_machine_stop();
}
