/* Setting up the pair, and connecting lines. */
#include "i8259.h"

#include <errno.h>

#include <az/arch.h>
#include <az/self.h>

/* ICW1: edge, cascade, ICW4 follows. ICW4: 8086 mode, normal EOI. */
#define ICW1 0x11u
#define ICW4 0x01u

/* Edge/level control registers of PCI chip sets, one bit for each line; 0, 1, 2, 8 and 13 are edge for good. */
#define ELCR_LOW 0x4d0u
#define ELCR_LEVEL_ALLOWED 0xdef8u

struct az_irq_action i8259_actions[I8259_LINES];
static uint16_t masked = 0xffff;

static void write_masks(void)
{
    az_out8(MASTER_DATA, (uint8_t)masked);
    az_out8(SLAVE_DATA, (uint8_t)(masked >> 8));
}

/* True when there is a mask register behind the port. */
static bool is_present(void)
{
    az_out8(MASTER_DATA, 0xa5);
    bool kept = az_in8(MASTER_DATA) == 0xa5;
    az_out8(MASTER_DATA, 0xff);
    return kept;
}

static void set_level(unsigned line)
{
    if (!(ELCR_LEVEL_ALLOWED >> line & 1))
        return;
    uint16_t port = (uint16_t)(ELCR_LOW + line / 8);
    az_out8(port, (uint8_t)(az_in8(port) | 1u << line % 8));
}

static int connect(const struct az_irq_source *source, unsigned cpu, az_irq_handler *handler,
                   void *arg)
{
    bool is_pci = source->kind == AZ_IRQ_PCI_PIN;
    unsigned line = source->line;
    if (cpu != 0 || line >= I8259_LINES || line == CASCADE || (is_pci && line == 0))
        return -ENODEV;
    struct az_irq_action *actions = &i8259_actions[line];
    bool is_first = !actions->handler;
    if (!is_first && !is_pci)
        return -EBUSY;
    if (is_first) {
        int error = az_vector_claim(I8259_VECTOR + line, i8259_dispatch, NULL);
        if (error)
            return error;
    }
    int error = az_irq_action_add(actions, handler, arg);
    if (error)
        return error;
    if (is_pci || source->is_level)
        set_level(line);
    masked &= (uint16_t)~(1u << line | (line >= 8 ? 1u << CASCADE : 0));
    write_masks();
    return 0;
}

static struct az_irq_controller controller = {
    .name = "i8259",
    .rating = 200,
    .connect = connect,
};

int az_i8259_init(void)
{
    if (!is_present())
        return 0;
    az_out8(MASTER_COMMAND, ICW1);
    az_out8(SLAVE_COMMAND, ICW1);
    az_out8(MASTER_DATA, I8259_VECTOR);
    az_out8(SLAVE_DATA, I8259_VECTOR + 8);
    az_out8(MASTER_DATA, 1u << CASCADE);
    az_out8(SLAVE_DATA, CASCADE);
    az_out8(MASTER_DATA, ICW4);
    az_out8(SLAVE_DATA, ICW4);
    write_masks();
    az_irq_controller_register(&controller);
    return 0;
}
