/* A pair of 8259s: initialisation words in order, masks, in-service bits, ends of interrupt. */
#define AZ_ARCH_H
#define AZ_SELF_H
#include <az/base.h>

static void az_out8(uint16_t port, uint8_t value);
static uint8_t az_in8(uint16_t port);
typedef void az_vector_handler(unsigned vector, void *arg);
int az_vector_claim(unsigned vector, az_vector_handler *handler, void *arg);
int az_i8259_init(void);

#include "../src/dispatch.c"
#include "../src/i8259.c"
#include "../../../irq/core/src/actions.c"
#include "../../../irq/core/src/share.c"
#include <az/test.h>

struct chip {
    uint8_t mask, in_service, vector, wiring, mode;
    unsigned step; /* of the initialisation: 0 done */
    bool reads_in_service;
    unsigned ends;
};
static struct chip chips[2];
static uint8_t levels[2];
static bool absent;
static unsigned claimed[I8259_LINES], calls[2];
static int claim_error;
static struct az_irq_controller *registered;

static struct chip *chip_of(uint16_t port)
{
    return &chips[port >= SLAVE_COMMAND];
}
static void az_out8(uint16_t port, uint8_t value)
{
    if (port == 0x4d0 || port == 0x4d1) {
        levels[port - 0x4d0] = value;
        return;
    }
    struct chip *chip = chip_of(port);
    if (port == MASTER_COMMAND || port == SLAVE_COMMAND) {
        if (value & 0x10)
            chip->step = 1;
        else if (value == COMMAND_EOI) {
            chip->ends++;
            chip->in_service &= (uint8_t)(chip->in_service - 1); /* the most urgent one */
        } else if (value == COMMAND_READ_IN_SERVICE)
            chip->reads_in_service = true;
    } else if (chip->step == 1) {
        chip->vector = value;
        chip->step = 2;
    } else if (chip->step == 2) {
        chip->wiring = value;
        chip->step = 3;
    } else if (chip->step == 3) {
        chip->mode = value;
        chip->step = 0;
    } else
        chip->mask = value;
}
static uint8_t az_in8(uint16_t port)
{
    if (absent)
        return 0xff;
    if (port == 0x4d0 || port == 0x4d1)
        return levels[port - 0x4d0];
    const struct chip *chip = chip_of(port);
    if (port == MASTER_DATA || port == SLAVE_DATA)
        return chip->mask;
    AZ_CHECK(chip->reads_in_service);
    return chip->in_service;
}
int az_vector_claim(unsigned vector, az_vector_handler *handler, void *arg)
{
    AZ_CHECK(handler == i8259_dispatch && arg == NULL);
    if (claim_error)
        return claim_error;
    claimed[vector - I8259_VECTOR]++;
    return 0;
}
void az_irq_controller_register(struct az_irq_controller *given)
{
    registered = given;
}
void *az_heap_alloc(size_t bytes)
{
    return calloc(1, bytes);
}
static void count(void *arg)
{
    ++*(unsigned *)arg;
}

static void reset(void)
{
    for (unsigned line = 0; line < I8259_LINES; line++)
        while (i8259_actions[line].next) {
            struct az_irq_action *next = i8259_actions[line].next;
            i8259_actions[line].next = next->next;
            free(next);
        }
    memset(i8259_actions, 0, sizeof i8259_actions);
    memset(chips, 0, sizeof chips);
    memset(claimed, 0, sizeof claimed);
    levels[0] = levels[1] = 0;
    calls[0] = calls[1] = 0;
    masked = 0xffff;
    absent = false;
    claim_error = 0;
    registered = NULL;
    AZ_CHECK_EQ(az_i8259_init(), 0);
}
static int connect_line(enum az_irq_kind kind, unsigned line, unsigned *counter)
{
    const struct az_irq_source source = {.kind = kind, .line = line};
    return registered->connect(&source, 0, count, counter);
}
static void interrupt(unsigned line)
{
    chips[line / 8].in_service |= (uint8_t)(1u << line % 8);
    if (line >= 8)
        chips[0].in_service |= 1u << CASCADE;
    i8259_dispatch(I8259_VECTOR + line, NULL);
}

AZ_TEST(is_set_up_with_everything_masked)
{
    reset();
    AZ_CHECK(registered != NULL);
    AZ_CHECK(chips[0].vector == 32 && chips[1].vector == 40);
    AZ_CHECK(chips[0].wiring == 1u << 2 && chips[1].wiring == 2);
    AZ_CHECK(chips[0].mode == 1 && chips[1].mode == 1);
    AZ_CHECK(chips[0].mask == 0xff && chips[1].mask == 0xff);
    registered = NULL;
    absent = true;
    AZ_CHECK_EQ(az_i8259_init(), 0);
    AZ_CHECK(registered == NULL);
}

AZ_TEST(a_line_is_unmasked_and_one_of_the_slave_with_the_cascade)
{
    reset();
    AZ_CHECK_EQ(connect_line(AZ_IRQ_ISA, 4, &calls[0]), 0);
    AZ_CHECK(chips[0].mask == 0xef && chips[1].mask == 0xff);
    AZ_CHECK_EQ(connect_line(AZ_IRQ_PCI_PIN, 11, &calls[1]), 0);
    AZ_CHECK(chips[0].mask == 0xeb && chips[1].mask == 0xf7);
    AZ_CHECK(levels[0] == 0 && levels[1] == 1u << 3); /* a pin is level-triggered */
    interrupt(4);
    AZ_CHECK(calls[0] == 1 && chips[0].ends == 1 && chips[1].ends == 0);
    interrupt(11);
    AZ_CHECK(calls[1] == 1 && chips[0].ends == 2 && chips[1].ends == 1);
    AZ_CHECK(chips[0].in_service == 0 && chips[1].in_service == 0);
}

AZ_TEST(pins_share_a_line_and_isa_devices_do_not)
{
    reset();
    AZ_CHECK_EQ(connect_line(AZ_IRQ_PCI_PIN, 10, &calls[0]), 0);
    AZ_CHECK_EQ(connect_line(AZ_IRQ_PCI_PIN, 10, &calls[1]), 0);
    AZ_CHECK_EQ(claimed[10], 1);
    interrupt(10);
    AZ_CHECK(calls[0] == 1 && calls[1] == 1);
    AZ_CHECK_EQ(connect_line(AZ_IRQ_ISA, 4, &calls[0]), 0);
    AZ_CHECK_EQ(connect_line(AZ_IRQ_ISA, 4, &calls[1]), -EBUSY);
}

AZ_TEST(the_first_inputs_of_acpi_are_lines_triggered_as_it_says)
{
    reset();
    const struct az_irq_source level = {.kind = AZ_IRQ_INPUT, .line = 12, .is_level = true};
    AZ_CHECK_EQ(connect_line(AZ_IRQ_INPUT, 5, &calls[0]), 0);
    AZ_CHECK_EQ(registered->connect(&level, 0, count, &calls[1]), 0);
    AZ_CHECK(levels[0] == 0 && levels[1] == 1u << 4);
    interrupt(5);
    interrupt(12);
    AZ_CHECK(calls[0] == 1 && calls[1] == 1);
    AZ_CHECK_EQ(connect_line(AZ_IRQ_INPUT, 16, &calls[0]), -ENODEV);
}

AZ_TEST(what_cannot_be_routed_is_refused)
{
    reset();
    const struct az_irq_source line = {.kind = AZ_IRQ_ISA, .line = 4};
    AZ_CHECK_EQ(registered->connect(&line, 1, count, &calls[0]), -ENODEV); /* another processor */
    AZ_CHECK_EQ(connect_line(AZ_IRQ_PCI_PIN, 0, &calls[0]), -ENODEV);      /* nobody knows the line */
    AZ_CHECK_EQ(connect_line(AZ_IRQ_ISA, CASCADE, &calls[0]), -ENODEV);
    AZ_CHECK_EQ(connect_line(AZ_IRQ_ISA, 16, &calls[0]), -ENODEV);
    claim_error = -EBUSY;
    AZ_CHECK_EQ(connect_line(AZ_IRQ_ISA, 4, &calls[0]), -EBUSY);
    AZ_CHECK(chips[0].mask == 0xff && !i8259_actions[4].handler);
}

AZ_TEST(a_spurious_interrupt_runs_nothing_and_only_the_slaves_is_ended_at_the_master)
{
    reset();
    AZ_CHECK_EQ(connect_line(AZ_IRQ_ISA, 7, &calls[0]), 0);
    AZ_CHECK_EQ(connect_line(AZ_IRQ_PCI_PIN, 15, &calls[1]), 0);
    i8259_dispatch(I8259_VECTOR + 7, NULL);
    AZ_CHECK(calls[0] == 0 && chips[0].ends == 0);
    i8259_dispatch(I8259_VECTOR + 15, NULL);
    AZ_CHECK(calls[1] == 0 && chips[0].ends == 1 && chips[1].ends == 0);
    interrupt(7);
    interrupt(15);
    AZ_CHECK(calls[0] == 1 && calls[1] == 1);
}
