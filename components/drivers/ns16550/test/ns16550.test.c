/* A 16550 in a few lines, absent or stuck at will. */
#define AZ_ARCH_H
#define AZ_SELF_H
#include <errno.h>

#include <az/base.h>

static void az_out8(uint16_t port, uint8_t value);
static uint8_t az_in8(uint16_t port);
static void az_cpu_relax(void);
int az_ns16550_init(void);
int az_ns16550_input_init(void);

#include "../src/input.c"
#include "../src/interrupt.c"
#include "../src/ns16550.c"
#include <az/test.h>

struct az_wait_queue az_console_input;

static bool absent, stuck;
static uint8_t interrupts, line, fifo, modem;
static const char *arrived; /* what the other end sent */
static char sent[64];
static size_t sent_bytes, burst, longest_burst, status_reads;
static int connect_error;
static unsigned connected, wakes;
static struct az_poll_source *polled;
static struct az_console *console;

static void az_out8(uint16_t port, uint8_t value)
{
    if (port == UART_DATA && !(line & LINE_DIVISOR)) {
        AZ_CHECK(sent_bytes < sizeof sent);
        sent[sent_bytes++] = (char)value;
        burst++;
        longest_burst = AZ_MAX(longest_burst, burst);
    } else if (port == UART_DATA) {
        AZ_CHECK_EQ(value, DIVISOR_115200);
    } else if (port == UART_INTERRUPTS) {
        interrupts = value;
    } else if (port == UART_LINE) {
        line = value;
    } else if (port == UART_FIFO) {
        fifo = value;
    } else if (port == UART_MODEM) {
        modem = value;
    }
}
static uint8_t az_in8(uint16_t port)
{
    if (absent)
        return 0xff;
    if (port == UART_STATUS) {
        status_reads++;
        burst = 0;
        return (uint8_t)((stuck ? 0 : STATUS_EMPTY | STATUS_IDLE) | (*arrived ? STATUS_RECEIVED : 0));
    }
    AZ_CHECK_EQ(port, UART_DATA);
    return *arrived ? (uint8_t)*arrived++ : 0;
}
static void az_cpu_relax(void)
{
}
void az_console_register(struct az_console *given)
{
    console = given;
}
void az_poll_source_register(struct az_poll_source *given)
{
    polled = given;
}
void az_wake(struct az_wait_queue *queue, uint32_t events)
{
    AZ_CHECK(queue == &az_console_input && events == POLLIN);
    wakes++;
}
int az_irq_connect(const struct az_irq_source *given, unsigned cpu, az_irq_handler *handler, void *arg)
{
    AZ_CHECK(given->kind == AZ_IRQ_ISA && given->line == 4 && cpu == 0);
    AZ_CHECK(handler == az_ns16550_interrupt && arg == NULL);
    connected += connect_error == 0;
    return connect_error;
}

static void reset(void)
{
    absent = stuck = dead = uart_input_announced = false;
    interrupts = line = fifo = modem = 0xaa;
    arrived = "";
    sent_bytes = burst = longest_burst = status_reads = connected = wakes = 0;
    connect_error = 0;
    polled = NULL;
    console = NULL;
    source.arm = input_arm;
}

AZ_TEST(is_set_up_and_writes_a_fifo_at_a_time)
{
    reset();
    AZ_CHECK_EQ(az_ns16550_init(), 0);
    AZ_CHECK(line == LINE_8N1 && fifo == FIFO_ON_CLEARED && modem == MODEM_DTR_RTS_OUT2 && interrupts == 0);
    console->write(console, "0123456789abcdefghijklmnopqrstuvwxyz", 36);
    AZ_CHECK_EQ(sent_bytes, 36);
    AZ_CHECK_BYTES(sent, "0123456789abcdefghijklmnopqrstuvwxyz", 36);
    AZ_CHECK_EQ(longest_burst, 16);
}

AZ_TEST(an_absent_port_is_none_and_a_stuck_one_costs_one_wait)
{
    reset();
    absent = true;
    AZ_CHECK_EQ(az_ns16550_init(), 0);
    AZ_CHECK_EQ(az_ns16550_input_init(), 0);
    AZ_CHECK(!console && !polled && connected == 0);
    reset();
    AZ_CHECK_EQ(az_ns16550_init(), 0);
    stuck = true;
    console->write(console, "x", 1);
    AZ_CHECK_EQ(status_reads, 1 + SPINS_MAX);
    console->write(console, "y", 1);
    AZ_CHECK_EQ(status_reads, 1 + SPINS_MAX);
    AZ_CHECK_EQ(sent_bytes, 0);
}

AZ_TEST(input_wakes_once_and_interrupts_only_while_the_processor_sleeps)
{
    reset();
    AZ_CHECK_EQ(az_ns16550_init(), 0);
    AZ_CHECK_EQ(az_ns16550_input_init(), 0);
    AZ_CHECK_EQ(connected, 1);
    AZ_CHECK(!polled->poll(NULL));
    AZ_CHECK(polled->arm(NULL, true));
    AZ_CHECK_EQ(interrupts, INTERRUPTS_RECEIVED);
    az_ns16550_interrupt(NULL);
    AZ_CHECK_EQ(interrupts, 0);
    arrived = "ab";
    AZ_CHECK(!polled->arm(NULL, true)); /* something came before the sleep: no sleep */
    AZ_CHECK(polled->poll(NULL));
    AZ_CHECK(!polled->poll(NULL)); /* told already */
    AZ_CHECK_EQ(wakes, 1);
    AZ_CHECK(polled->arm(NULL, true)); /* nobody reads: its interrupt would never end */
    AZ_CHECK_EQ(interrupts, 0);
    char text[4];
    AZ_CHECK_EQ(console->read(console, text, sizeof text), 2);
    AZ_CHECK_BYTES(text, "ab", 2);
    AZ_CHECK(!polled->poll(NULL));
    arrived = "c";
    AZ_CHECK(polled->poll(NULL));
    AZ_CHECK_EQ(wakes, 2);
}

/* A long input refills the FIFO as soon as it is read, so that a poll never finds it empty. */
AZ_TEST(what_comes_right_after_a_read_wakes_again)
{
    reset();
    AZ_CHECK_EQ(az_ns16550_init(), 0);
    AZ_CHECK_EQ(az_ns16550_input_init(), 0);
    arrived = "a";
    AZ_CHECK(polled->poll(NULL));
    char text[4];
    AZ_CHECK_EQ(console->read(console, text, sizeof text), 1);
    arrived = "b";
    AZ_CHECK(!polled->arm(NULL, true));
    AZ_CHECK(polled->poll(NULL));
    AZ_CHECK_EQ(wakes, 2);
}

AZ_TEST(without_a_controller_it_is_polled)
{
    reset();
    connect_error = -ENODEV;
    AZ_CHECK_EQ(az_ns16550_input_init(), 0);
    AZ_CHECK(polled && polled->arm == NULL);
    arrived = "x";
    AZ_CHECK(polled->poll(NULL));
    reset();
    connect_error = -ENOMEM; /* anything else is an error still */
    AZ_CHECK_EQ(az_ns16550_input_init(), -ENOMEM);
    AZ_CHECK(!polled);
}
