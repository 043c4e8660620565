/*
 * A device of registers in memory, met through the functions that access them: strict, so that an access of another width, to a register
 * that is not there, or in the wrong order fails the test. Virtio 1.2, section 4.2.
 */
#define AZ_ARCH_H
#include <errno.h>
#include <stdlib.h>

#include <az/acpi.h>
#include <az/boot_info.h>
#include <az/heap.h>
#include <az/log.h>
#include <az/pages.h>
#include <az/phys.h>
#include <az/virtio_transport.h>

#include "../../../core/src/cmdline.c"
#include "../../virtio/src/create.c"
#include "../../virtio/src/device.c"
#include "../../virtio/src/probe.c"
#include "../../virtio/src/virtqueue.c"
#include "../src/aml.c"
#include "../src/interrupt.c"
#include "../src/probe.c"
#include "../src/word.c"
#include <az/test.h>

struct az_boot_info az_boot_info;

/* -- The device ------------------------------------------------------------------------------------------ */

#define SLOTS 2u
#define BASE 0xfeb00000u

static struct model {
    uint32_t magic, version, type;
    uint64_t accepted;
    uint32_t device_select, driver_select, status, queue_select, interrupts, notified;
    struct {
        uint32_t size, enabled;
        uint64_t descriptors, driver, device;
    } queue[2];
    uint8_t config[8];
    unsigned rises; /* interrupts that come while one is handled */
} models[SLOTS];
static uint8_t windows[SLOTS][MMIO_BYTES];

static void require(bool holds, const char *what)
{
    if (holds)
        return;
    printf("  device model: %s\n", what);
    abort();
}

static struct model *model_of(const volatile uint8_t *memory, unsigned *inout_offset)
{
    size_t at = (size_t)(memory - windows[0]) + *inout_offset;
    require(at < sizeof windows, "an access outside every device");
    *inout_offset = (unsigned)(at % MMIO_BYTES);
    return &models[at / MMIO_BYTES];
}

uint32_t az_virtio_region_read(const struct az_virtio_region *region, unsigned offset, unsigned bytes)
{
    const struct model *model = model_of(region->memory, &offset);
    uint32_t value = 0;
    if (offset >= MMIO_CONFIG) {
        require(offset + bytes <= MMIO_CONFIG + sizeof model->config, "beyond the configuration");
        memcpy(&value, model->config + (offset - MMIO_CONFIG), bytes);
        return value;
    }
    require(bytes == 4, "a register read in another width");
    switch (offset) {
    case 0x00:
        return model->magic;
    case 0x04:
        return model->version;
    case 0x08:
        return model->type;
    case 0x10:
        return model->device_select ? 1 : 0x20;
    case 0x34:
        return model->queue_select < 2 ? model->queue[model->queue_select].size : 0;
    case 0x60:
        return model->interrupts;
    case 0x70:
        return model->status;
    case 0xfc:
        return 7;
    default:
        require(false, "a register that cannot be read");
        return 0;
    }
}

static void set_half(uint64_t *field, bool high, uint32_t value)
{
    *field = high ? (*field & UINT32_MAX) | (uint64_t)value << 32 : (*field & ~(uint64_t)UINT32_MAX) | value;
}

void az_virtio_region_write(const struct az_virtio_region *region, unsigned offset, unsigned bytes, uint32_t value)
{
    struct model *model = model_of(region->memory, &offset);
    require(bytes == 4, "a register written in another width");
    unsigned q = model->queue_select % 2;
    switch (offset) {
    case 0x14:
        model->device_select = value;
        return;
    case 0x20:
        set_half(&model->accepted, model->driver_select, value);
        return;
    case 0x24:
        model->driver_select = value;
        return;
    case 0x30:
        model->queue_select = value;
        return;
    case 0x38:
        require(!model->queue[q].enabled, "a size after the queue is ready");
        model->queue[q].size = value;
        return;
    case 0x44:
        require(model->queue[q].descriptors && model->queue[q].driver && model->queue[q].device, "ready without addresses");
        model->queue[q].enabled = value;
        return;
    case 0x50:
        require(model->queue[value % 2].enabled, "a notification before the queue is ready");
        model->notified |= 1u << value;
        return;
    case 0x64:
        model->interrupts &= ~value;
        if (model->rises) {
            model->rises--;
            model->interrupts |= 1;
        }
        return;
    case 0x70:
        model->status = value;
        return;
    case 0x80:
    case 0x84:
        set_half(&model->queue[q].descriptors, offset & 4, value);
        return;
    case 0x90:
    case 0x94:
        set_half(&model->queue[q].driver, offset & 4, value);
        return;
    case 0xa0:
    case 0xa4:
        set_half(&model->queue[q].device, offset & 4, value);
        return;
    default:
        require(false, "a register that cannot be written");
    }
}

/* -- What stands around it ------------------------------------------------------------------------------- */

static unsigned allocations;
void *az_heap_alloc(size_t bytes)
{
    allocations++;
    return memset(malloc(bytes), 0xa5, bytes);
}
void *az_heap_zalloc(size_t bytes)
{
    allocations++;
    return calloc(1, bytes);
}
void az_heap_free(void *pointer, size_t bytes)
{
    (void)bytes;
    allocations--;
    free(pointer);
}
int az_pages_alloc(unsigned order, int node, az_phys limit, az_phys *out)
{
    (void)node, (void)limit;
    size_t bytes = (size_t)AZ_PAGE_BYTES << order;
    allocations++;
    out->value = (uintptr_t)memset(aligned_alloc(bytes, bytes), 0xa5, bytes);
    return 0;
}
void az_pages_free(az_phys start, unsigned order)
{
    (void)order;
    allocations--;
    free((void *)(uintptr_t)start.value);
}
void *az_phys_pointer(az_phys phys)
{
    return (void *)(uintptr_t)phys.value;
}
int az_mmio_map(az_phys phys, size_t bytes, volatile void **out)
{
    AZ_CHECK_EQ(bytes, MMIO_BYTES);
    if (phys.value < BASE || phys.value - BASE > sizeof windows - bytes)
        return -ENOMEM;
    *out = windows[0] + (phys.value - BASE);
    return 0;
}
static unsigned logged;
void az_log_line(const char *format, ...)
{
    (void)format;
    logged++;
}

static struct az_irq_source connected;
static az_irq_handler *connected_handler;
static void *connected_arg;
int az_irq_connect(const struct az_irq_source *source, unsigned cpu, az_irq_handler *handler, void *arg)
{
    AZ_CHECK_EQ(cpu, 0);
    connected = *source;
    connected_handler = handler;
    connected_arg = arg;
    return 0;
}

static uint8_t *dsdt;
const struct az_acpi_header *az_acpi_dsdt(void)
{
    return (const void *)dsdt;
}
/* A DSDT in memory of just its size, so that a read beyond it is caught. */
static void put_dsdt(const uint8_t *aml, size_t bytes)
{
    struct az_acpi_header header = {.bytes = (uint32_t)(sizeof header + bytes)};
    free(dsdt);
    dsdt = malloc(sizeof header + bytes);
    memcpy(dsdt, &header, sizeof header);
    memcpy(dsdt + sizeof header, aml, bytes);
}

/* -- A driver -------------------------------------------------------------------------------------------- */

static unsigned probes, handled;
static bool driver_gives_up;
static struct az_virtio_device *taken;
static struct az_virtqueue *queue;

static void handle(void *arg)
{
    AZ_CHECK(arg == &handled);
    handled++;
}
static int driver_probe(struct az_virtio_device *device)
{
    uint64_t features;
    probes++;
    taken = device;
    if (driver_gives_up)
        return -EIO;
    AZ_CHECK_EQ(az_virtio_negotiate(device, 0x21, &features), 0);
    AZ_CHECK_EQ(features, UINT64_C(1) << AZ_VIRTIO_F_VERSION_1 | 0x20);
    AZ_CHECK_EQ(az_virtio_irq(device, handle, &handled), 0);
    AZ_CHECK_EQ(az_virtqueue_create(device, 1, 16, &queue), 0);
    az_virtio_ready(device);
    return 0;
}
const struct az_virtio_driver az_virtio_drivers[] = {{1, driver_probe}, {0, NULL}};

static void start_over(void)
{
    for (unsigned i = 0; i < SLOTS; i++) {
        models[i] = (struct model){.magic = MAGIC, .version = 2, .type = 1, .config = {1, 2, 3, 4, 5, 6, 7, 8}};
        models[i].queue[0].size = models[i].queue[1].size = 1024;
    }
    free(dsdt);
    dsdt = NULL;
    az_boot_info.cmdline = "";
    probes = handled = logged = 0;
    driver_gives_up = has_devices = false;
}
static void end(void)
{
    virtio_reset(taken);
    az_heap_free(taken, sizeof(struct virtio_mmio));
    AZ_CHECK_EQ(allocations, 0);
}

/* -- Tests ----------------------------------------------------------------------------------------------- */

AZ_TEST(a_device_of_the_command_line_is_brought_up)
{
    start_over();
    az_boot_info.cmdline = "az.link=0xe9 virtio_mmio.device=512@0xfeb00200:12";
    AZ_CHECK_EQ(az_virtio_mmio_init(), 0);
    AZ_CHECK_EQ(probes, 1);
    AZ_CHECK(connected.kind == AZ_IRQ_INPUT && connected.line == 12 && !connected.is_level);
    const struct model *model = &models[1];
    AZ_CHECK_EQ(model->status, 1 | 2 | 4 | 8);
    AZ_CHECK_EQ(model->accepted, UINT64_C(1) << 32 | 0x20);
    AZ_CHECK(model->queue[1].size == 16 && model->queue[1].enabled == 1);
    AZ_CHECK_EQ(model->queue[1].driver - model->queue[1].descriptors, 16 * 16);
    uint8_t mac[6];
    az_virtio_config(taken, 0, mac, sizeof mac);
    AZ_CHECK_BYTES(mac, ((const uint8_t[]){1, 2, 3, 4, 5, 6}), 6);
    struct az_virtio_segment segment = {az_phys_of(0x1000), 12, true};
    AZ_CHECK_EQ(az_virtqueue_add(queue, &segment, 1, &segment), 0);
    az_virtqueue_kick(queue);
    AZ_CHECK_EQ(model->notified, 1u << 1);
    end();
}

AZ_TEST(an_interrupt_is_acknowledged_until_the_wire_falls)
{
    start_over();
    az_boot_info.cmdline = "virtio_mmio.device=4K@0xfeb00000:5:0";
    AZ_CHECK_EQ(az_virtio_mmio_init(), 0);
    struct model *model = &models[0];
    connected_handler(connected_arg); /* somebody else's */
    AZ_CHECK_EQ(handled, 0);
    model->interrupts = 2;
    model->rises = 1;
    connected_handler(connected_arg);
    AZ_CHECK(model->interrupts == 0 && handled == 1);
    AZ_CHECK(az_virtio_config_changed(taken));
    model->interrupts = 1;
    model->rises = 1000000; /* a device that never stops */
    connected_handler(connected_arg);
    AZ_CHECK(handled < 20);
    end();
}

AZ_TEST(what_is_no_device_or_not_ours_is_left_alone)
{
    static const char *const lines[] = {
        "virtio_mmio.device=512@0xfeb00000",      "virtio_mmio.device=512@0xfeb00000:",
        "virtio_mmio.device=512@0xfeb00000:x",    "virtio_mmio.device=512@0xfeb00000:5x",
        "virtio_mmio.device=@0xfeb00000:5",       "virtio_mmio.device=0K@0xfeb00000:5",
        "virtio_mmio.device=255@0xfeb00000:5",    "virtio_mmio.device=512@:5",
        "virtio_mmio.device=512@0xfeb00000:70000", "virtio_mmio.device=512@0x10000000000000000:5",
        "virtio_mmio.device=",                    "virtio_mmio.device=512@0x20000000:5",
    };
    for (unsigned i = 0; i < AZ_ARRAY_LENGTH(lines); i++) {
        start_over();
        az_boot_info.cmdline = lines[i];
        AZ_CHECK_EQ(az_virtio_mmio_init(), 0);
        AZ_CHECK_EQ(probes, 0);
    }
    const char *named = "virtio_mmio.device=512@0xfeb00000:5";
    start_over();
    az_boot_info.cmdline = named;
    models[0].magic = 0;
    AZ_CHECK_EQ(az_virtio_mmio_init(), 0);
    models[0].magic = MAGIC;
    models[0].type = 3; /* no driver */
    AZ_CHECK_EQ(az_virtio_mmio_init(), 0);
    models[0].type = 0; /* an empty slot */
    AZ_CHECK_EQ(az_virtio_mmio_init(), 0);
    AZ_CHECK(probes == 0 && logged == 0);
    models[0].type = 1;
    models[0].version = 1; /* said, as there is something to do about it */
    AZ_CHECK_EQ(az_virtio_mmio_init(), 0);
    AZ_CHECK(probes == 0 && logged == 1);
    models[0].version = 2;
    driver_gives_up = true;
    AZ_CHECK_EQ(az_virtio_mmio_init(), 0);
    AZ_CHECK(probes == 1 && logged == 2 && models[0].status == 0);
    AZ_CHECK_EQ(allocations, 0);
}

/* Device (VR00) as QEMU's microvm writes it, at 0xfeb00000 with input 24; level, high. */
#define VR(address, input)                                                                                             \
    "\x5b\x82\x36VR00\x08_HID\x0dLNRO0005\x00\x08_UID\x00\x08_CCA\x01"                                                 \
    "\x08_CRS\x11\x1a\x0a\x17\x86\x09\x00\x01" address "\x00\x02\x00\x00\x89\x06\x00\x01\x01" input "\x00\x00\x00\x79\x00"

AZ_TEST(acpi_describes_them_when_no_bus_has_one)
{
    static const uint8_t aml[] = "\x10\x20\\_SB_" VR("\x00\x00\xb0\xfe", "\x18") VR("\x00\x02\xb0\xfe", "\x19") "\x08_S5_";
    start_over();
    put_dsdt(aml, sizeof aml - 1);
    models[0].type = 3;
    AZ_CHECK_EQ(az_virtio_mmio_init(), 0);
    AZ_CHECK_EQ(probes, 1);
    AZ_CHECK(connected.kind == AZ_IRQ_INPUT && connected.line == 25 && connected.is_level && !connected.is_active_low);
    AZ_CHECK_EQ(models[1].status, 1 | 2 | 4 | 8);
    end();
    AZ_CHECK_EQ(az_virtio_mmio_init(), 0); /* there is one now: no search */
    AZ_CHECK_EQ(probes, 1);
}

AZ_TEST(no_aml_leads_outside_itself)
{
    static const uint8_t aml[] = "\x10\x20\\_SB_" VR("\x00\x00\xb0\xfe", "\x18") VR("\x00\x02\xb0\xfe", "\x19");
    struct mmio_place place;
    for (size_t length = 0; length < sizeof aml; length++) { /* cut anywhere */
        uint8_t *copy = malloc(length + 1);
        const uint8_t *at = memcpy(copy, aml, length), *stop = copy + length;
        unsigned found = 0;
        while ((at = mmio_parse_aml(at, stop, &place)))
            found++;
        AZ_CHECK(found <= 2);
        free(copy);
    }
    uint32_t state = 1;
    for (unsigned run = 0; run < 20000; run++) { /* changed anywhere */
        uint8_t *copy = malloc(sizeof aml - 1);
        const uint8_t *at = memcpy(copy, aml, sizeof aml - 1), *stop = copy + sizeof aml - 1;
        for (unsigned i = 0; i < 4; i++) {
            state = state * 1664525 + 1013904223;
            copy[(state >> 8) % (sizeof aml - 1)] = (uint8_t)(state >> 24);
        }
        while ((at = mmio_parse_aml(at, stop, &place)))
            AZ_CHECK(at <= stop);
        free(copy);
    }
}
