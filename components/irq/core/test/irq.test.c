#include <stdlib.h>

#include <az/heap.h>

#include "../src/actions.c"
#include "../src/connect.c"
#include "../src/share.c"
#include <az/test.h>

/* -- Fakes ----------------------------------------------------------------------------------------------- */

static bool no_memory;
void *az_heap_alloc(size_t bytes)
{
    return no_memory ? NULL : malloc(bytes);
}

static char trace[32];
static void note(char what)
{
    trace[strlen(trace)] = what;
}
static int start_good(struct az_irq_controller *controller)
{
    note(controller->name[0]);
    return 0;
}
static int start_absent(struct az_irq_controller *controller)
{
    note(controller->name[0]);
    return -ENODEV;
}
static int connect_isa_only(const struct az_irq_source *source, unsigned cpu, az_irq_handler *handler, void *arg)
{
    (void)cpu, (void)handler, (void)arg;
    note('i');
    return source->kind == AZ_IRQ_ISA ? 0 : -ENODEV;
}
static int connect_busy(const struct az_irq_source *source, unsigned cpu, az_irq_handler *handler, void *arg)
{
    (void)source, (void)cpu, (void)handler, (void)arg;
    note('b');
    return -EBUSY;
}
static int give_message(unsigned cpu, az_irq_handler *handler, void *arg, struct az_irq_message *out)
{
    (void)cpu, (void)handler, (void)arg;
    out->data = 0x55;
    return 0;
}
static void handler(void *arg)
{
    note(*(const char *)arg);
}

static struct az_irq_controller a_messages, b_absent, c_isa, d_rest;
static void reset(void)
{
    memset(trace, 0, sizeof trace);
    controllers = NULL;
    a_messages = (struct az_irq_controller){.name = "A", .rating = 300, .start = start_good, .message = give_message};
    b_absent = (struct az_irq_controller){.name = "B", .rating = 250, .start = start_absent, .connect = connect_busy};
    c_isa = (struct az_irq_controller){.name = "C", .rating = 200, .start = start_good, .connect = connect_isa_only};
    d_rest = (struct az_irq_controller){.name = "D", .rating = 100, .start = start_good, .connect = connect_busy};
    az_irq_controller_register(&c_isa);
    az_irq_controller_register(&d_rest);
    az_irq_controller_register(&a_messages);
    az_irq_controller_register(&b_absent);
}

/* -- Tests ----------------------------------------------------------------------------------------------- */

AZ_TEST(only_what_a_connection_needs_is_started)
{
    reset();
    struct az_irq_source isa = {.kind = AZ_IRQ_ISA, .line = 4};
    AZ_CHECK_EQ(az_irq_connect(&isa, 0, handler, NULL), 0);
    AZ_CHECK_EQ(az_irq_connect(&isa, 0, handler, NULL), 0);
    AZ_CHECK_STR(trace, "BCii");
}

AZ_TEST(the_next_one_is_asked_when_a_controller_cannot_route)
{
    reset();
    struct az_irq_source pin = {.kind = AZ_IRQ_PCI_PIN, .pin = 1};
    AZ_CHECK_EQ(az_irq_connect(&pin, 0, handler, NULL), -EBUSY);
    AZ_CHECK_STR(trace, "BCiDb");
}

AZ_TEST(messages_go_to_who_has_them)
{
    reset();
    struct az_irq_message message = {0};
    AZ_CHECK_EQ(az_irq_connect_message(0, handler, NULL, &message), 0);
    AZ_CHECK_EQ(message.data, 0x55);
    AZ_CHECK_STR(trace, "A");
    controllers = NULL;
    AZ_CHECK_EQ(az_irq_connect_message(0, handler, NULL, &message), -ENODEV);
}

AZ_TEST(handlers_share_a_line)
{
    reset();
    struct az_irq_action first = {0};
    az_irq_actions_run(&first); /* nobody */
    AZ_CHECK_EQ(az_irq_action_add(&first, handler, "x"), 0);
    AZ_CHECK_EQ(az_irq_action_add(&first, handler, "y"), 0);
    no_memory = true;
    AZ_CHECK_EQ(az_irq_action_add(&first, handler, "z"), -ENOMEM);
    no_memory = false;
    az_irq_actions_run(&first);
    AZ_CHECK_STR(trace, "xy");
    free(first.next);
}
