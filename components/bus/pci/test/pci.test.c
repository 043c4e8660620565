#define AZ_ARCH_H /* the functions below stand for az/arch.h */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <az/base.h>
#include <az/log.h>

/* -- A configuration space, reached through its two ports. As v86: narrow reads of absent functions are a fault ------ */

struct function {
    uint8_t bus, slot, function;
    uint32_t words[64];
    uint32_t writable[64];
};
static struct function functions[16];
static unsigned function_count;
static uint32_t selected_address;
static bool absent_mechanism;
static unsigned reads;

static struct function *selected(void)
{
    for (unsigned i = 0; i < function_count; i++) {
        const struct function *f = &functions[i];
        if (f->bus == (selected_address >> 16 & 0xff) && f->slot == (selected_address >> 11 & 31) && f->function == (selected_address >> 8 & 7))
            return &functions[i];
    }
    return NULL;
}
static inline uint32_t az_in32(uint16_t port)
{
    if (absent_mechanism)
        return UINT32_MAX;
    if (port == 0xcf8)
        return selected_address;
    reads++;
    const struct function *f = selected();
    return f ? f->words[(selected_address & 0xff) / 4] : UINT32_MAX;
}
static inline void az_out32(uint16_t port, uint32_t value)
{
    if (port == 0xcf8) {
        selected_address = value;
        return;
    }
    struct function *f = selected();
    if (!f)
        abort();
    unsigned word = (selected_address & 0xff) / 4;
    f->words[word] = (f->words[word] & ~f->writable[word]) | (value & f->writable[word]);
}
static inline void az_out16(uint16_t port, uint16_t value)
{
    struct function *f = selected();
    if (!f)
        abort();
    unsigned word = (selected_address & 0xff) / 4, shift = (port & 2u) * 8;
    uint32_t mask = f->writable[word] & 0xffffu << shift;
    f->words[word] = (f->words[word] & ~mask) | ((uint32_t)value << shift & mask);
}

int az_pci_init(void);

#include "../src/config.c"
#include "../src/function.c"
#include "../src/msix.c"
#include "../src/piix3.c"
#include "../src/scan.c"
#include <az/test.h>

static struct az_pci_device found[8];
static unsigned found_count;
static int probe(const struct az_pci_device *device)
{
    found[found_count++] = *device;
    return device->function == 7 ? -EIO : 0;
}
const struct az_pci_driver az_pci_drivers[] = {{0x1af4, 0x1041, probe}, {0x1af4, 0x1000, probe}, {0, 0, NULL}};

void az_log_line(const char *format, ...)
{
    (void)format;
}
static uint32_t table_memory[64];
static uint64_t mapped_at;
int az_mmio_map(az_phys phys, size_t bytes, volatile void **out)
{
    mapped_at = phys.value;
    AZ_CHECK(bytes <= sizeof table_memory);
    *out = table_memory;
    return 0;
}
static az_irq_handler *connected;
int az_irq_connect_message(unsigned cpu, az_irq_handler *handler, void *arg, struct az_irq_message *out)
{
    (void)cpu, (void)arg;
    connected = handler;
    *out = (struct az_irq_message){0xfee00000, 0x31};
    return 0;
}

static struct function *add(uint8_t bus, uint8_t slot, uint8_t function, uint32_t id)
{
    struct function *f = &functions[function_count++];
    *f = (struct function){.bus = bus, .slot = slot, .function = function};
    f->words[0] = id;
    f->writable[1] = 0x547;
    return f;
}
static struct function *add_bridge(uint8_t bus, uint8_t slot, uint32_t numbers)
{
    struct function *f = add(bus, slot, 0, 0x000c1b36);
    f->words[3] = 0x00010000;
    f->words[6] = numbers;
    f->writable[6] = UINT32_MAX;
    return f;
}
static void reset_bus(void)
{
    function_count = found_count = reads = 0;
    absent_mechanism = false;
    last_bus = 0;
}
static struct az_pci_device device_of(const struct function *f)
{
    return (struct az_pci_device){.bus = f->bus, .slot = f->slot, .function = f->function, .root_slot = f->slot};
}

/* -- Finding ----------------------------------------------------------------------------------------------- */

AZ_TEST(functions_of_bus_0_are_offered_to_their_drivers)
{
    reset_bus();
    add(0, 0, 0, 0x12378086);
    add(0, 3, 0, 0x10411af4)->words[2] = 0x02000001;
    add(0, 31, 0, 0x10001af4)->words[3] = 0x00800000; /* many functions */
    add(0, 31, 2, 0x10411af4);
    add(0, 31, 7, 0x10411af4);
    add(0, 5, 1, 0x10411af4); /* no function 0: not there */
    AZ_CHECK_EQ(az_pci_init(), 0);
    AZ_CHECK_EQ(found_count, 4);
    AZ_CHECK_EQ(found[0].slot, 3);
    AZ_CHECK_EQ(found[0].class_revision, 0x02000001);
    AZ_CHECK_EQ(found[2].function, 2);
    AZ_CHECK(reads < 60); /* not 256 buses */
}

AZ_TEST(without_mechanism_1_there_is_no_pci)
{
    reset_bus();
    absent_mechanism = true;
    AZ_CHECK_EQ(az_pci_init(), 0);
    AZ_CHECK_EQ(reads, 0);
}

AZ_TEST(bridges_are_followed_and_numbered_when_the_firmware_has_not)
{
    reset_bus();
    struct function *a = add_bridge(0, 1, 0);
    struct function *b = add_bridge(0, 2, 0);
    struct function *c = add_bridge(1, 4, 0); /* behind a */
    add(2, 6, 0, 0x10411af4);                 /* behind c */
    add(3, 1, 0, 0x10411af4);                 /* behind b */
    AZ_CHECK_EQ(az_pci_init(), 0);
    AZ_CHECK_EQ(a->words[6], 0x00020100);
    AZ_CHECK_EQ(c->words[6], 0x00020201);
    AZ_CHECK_EQ(b->words[6], 0x00030300);
    AZ_CHECK_EQ(found_count, 2);
    AZ_CHECK_EQ(found[0].root_slot, 1);
    AZ_CHECK_EQ(found[0].pin_shift, 6 + 4);
    AZ_CHECK_EQ(found[1].root_slot, 2);
}

AZ_TEST(bridges_that_point_back_are_not_followed)
{
    reset_bus();
    add_bridge(0, 1, 0x00010100);
    add_bridge(1, 1, 0x00010100); /* to itself */
    add_bridge(1, 2, 0x00000001); /* secondary 0: numbered anew */
    add(1, 3, 0, 0x10411af4);
    AZ_CHECK_EQ(az_pci_init(), 0);
    AZ_CHECK_EQ(found_count, 1);
}

/* -- Capabilities, BARs, pins -------------------------------------------------------------------------------- */

AZ_TEST(capabilities_are_found_in_order_and_loops_end)
{
    reset_bus();
    struct function *f = add(0, 3, 0, 0x10411af4);
    struct az_pci_device device = device_of(f);
    AZ_CHECK_EQ(az_pci_capability(&device, 9, 0), 0); /* has no list */
    f->words[1] = 0x00100000;
    f->words[13] = 0x43; /* the low two bits are reserved */
    f->words[16] = 0x00005009;
    f->words[20] = 0x00006011;
    f->words[24] = 0x00004009; /* back to the first */
    AZ_CHECK_EQ(az_pci_capability(&device, 9, 0), 0x40);
    AZ_CHECK_EQ(az_pci_capability(&device, 9, 0x40), 0x60);
    AZ_CHECK_EQ(az_pci_capability(&device, 0x11, 0), 0x50);
    AZ_CHECK_EQ(az_pci_capability(&device, 5, 0), 0);
    f->words[13] = 0x10; /* into the header */
    AZ_CHECK_EQ(az_pci_capability(&device, 9, 0), 0);
}

AZ_TEST(bars_are_decoded_and_left_as_they_were)
{
    reset_bus();
    struct function *f = add(0, 3, 0, 0x10411af4);
    struct az_pci_device device = device_of(f);
    f->words[1] = 3;
    f->words[4] = 0xc041;
    f->writable[4] = 0xffc0; /* 64 ports, upper half left out */
    f->words[5] = 0xfebd1000;
    f->writable[5] = 0xfffff000;
    f->words[6] = 0x0000000c; /* 64 bits, at 4 GiB */
    f->writable[6] = 0xffffc000;
    f->words[7] = 1;
    f->writable[7] = UINT32_MAX;
    f->writable[8] = 0xfffff000; /* there, without an address */
    f->words[9] = 0x0000000c;    /* 64 bits in the last BAR: nonsense */
    f->writable[9] = 0xfffff000;
    struct az_pci_bar bar;
    AZ_CHECK_EQ(az_pci_bar(&device, 0, &bar), 0);
    AZ_CHECK(bar.is_port && bar.port == 0xc040 && bar.bytes == 64);
    AZ_CHECK_EQ(az_pci_bar(&device, 1, &bar), 0);
    AZ_CHECK(!bar.is_port && bar.phys.value == 0xfebd1000 && bar.bytes == 4096);
    AZ_CHECK_EQ(az_pci_bar(&device, 2, &bar), 0);
    AZ_CHECK(bar.phys.value == 0x100000000 && bar.bytes == 0x4000);
    AZ_CHECK_EQ(az_pci_bar(&device, 4, &bar), -ENOSPC);
    AZ_CHECK_EQ(az_pci_bar(&device, 5, &bar), -ENODEV);
    AZ_CHECK_EQ(az_pci_bar(&device, 6, &bar), -ENODEV);
    AZ_CHECK_EQ(f->words[1], 3);
    AZ_CHECK_EQ(f->words[4], 0xc041);
    AZ_CHECK_EQ(f->words[7], 1);
    f->words[10] = 0;
    f->words[8] = f->writable[8] = 0;
    AZ_CHECK_EQ(az_pci_bar(&device, 4, &bar), -ENODEV); /* none at all */
}

AZ_TEST(pins_go_where_the_firmware_said_or_the_router_says)
{
    reset_bus();
    struct function *router = add(0, 1, 0, 0x70008086);
    router->words[24] = 0x80808080;
    router->writable[24] = UINT32_MAX;
    struct function *f = add(0, 10, 0, 0x10411af4);
    struct az_pci_device device = device_of(f);
    struct az_irq_source source;
    AZ_CHECK_EQ(az_pci_irq(&device, &source), -ENODEV);
    f->words[15] = 0x0105;
    AZ_CHECK_EQ(az_pci_irq(&device, &source), 0);
    AZ_CHECK(source.line == 5 && source.pin == 1 && source.kind == AZ_IRQ_PCI_PIN);
    f->words[15] = 0x0100; /* as in v86: routed by nobody */
    AZ_CHECK_EQ(az_pci_irq(&device, &source), 0);
    AZ_CHECK_EQ(source.line, 10 + ((1 - 1 + 10 - 1) % 4 > 1));
    AZ_CHECK_EQ(router->words[24], 0x0b0b0a0a);
    for (unsigned slot = 2; slot < 32; slot++)
        for (unsigned pin = 1; pin <= 4; pin++)
            AZ_CHECK_EQ(pci_route(slot, pin), 10 + ((pin - 1 + slot - 1) % 4 > 1));
    router->words[0] = 0x29188086; /* some other chip */
    AZ_CHECK_EQ(az_pci_irq(&device, &source), 0);
    AZ_CHECK_EQ(source.line, 0);
}

/* -- Messages ------------------------------------------------------------------------------------------------ */

static void handler(void *arg)
{
    (void)arg;
}
AZ_TEST(messages_are_connected_through_the_table)
{
    reset_bus();
    struct function *f = add(0, 3, 0, 0x10411af4);
    struct az_pci_device device = device_of(f);
    struct az_pci_msix msix;
    AZ_CHECK_EQ(az_pci_msix_start(&device, &msix), -ENODEV);
    f->words[1] = 0x00100003;
    f->words[13] = 0x40;
    f->words[16] = 0x00020011; /* three entries */
    f->writable[16] = 0xc0000000;
    f->words[17] = 0x00000801; /* BAR 1, offset 0x800 */
    f->words[5] = 0xfebd1000;
    f->writable[5] = 0xfffff000;
    AZ_CHECK_EQ(az_pci_msix_start(&device, &msix), 0);
    AZ_CHECK_EQ(mapped_at, 0xfebd1800);
    AZ_CHECK_EQ(f->words[16] >> 30, 2);
    AZ_CHECK_EQ(f->words[1] & 0x407, 0x407);
    AZ_CHECK(table_memory[3] == 1 && table_memory[7] == 1 && table_memory[11] == 1);
    AZ_CHECK_EQ(az_pci_msix_connect(&msix, 1, 0, handler, NULL), 0);
    AZ_CHECK(connected == handler);
    AZ_CHECK(table_memory[4] == 0xfee00000 && table_memory[6] == 0x31 && table_memory[7] == 0);
    AZ_CHECK_EQ(az_pci_msix_connect(&msix, 3, 0, handler, NULL), -EINVAL);
    az_pci_msix_stop(&device);
    AZ_CHECK_EQ(f->words[16] >> 30, 0);
    AZ_CHECK_EQ(f->words[1] & 0x400, 0);
    f->words[17] = 0x00000ff1; /* beyond the BAR's end */
    AZ_CHECK_EQ(az_pci_msix_start(&device, &msix), -ENODEV);
}
