/* Finding devices, which no bus does here: the command line names them, or ACPI. Virtio 1.2, section 4.2. */
#include <errno.h>
#include <string.h>

#include <az/acpi.h>
#include <az/boot_info.h>
#include <az/heap.h>
#include <az/log.h>
#include <az/phys.h>
#include <az/self.h>

#include "virtio-mmio.h"

#define MAGIC 0x74726976u /* "virt" */
#define VERSION 2u

#define WORD_BYTES_MAX 96u

static int connect(struct az_virtio_device *device)
{
    struct virtio_mmio *mmio = (struct virtio_mmio *)device;
    return az_irq_connect(&mmio->interrupt, 0, virtio_mmio_interrupted, device);
}

static const struct az_virtio_transport transport = {
    .field =
        {
            [AZ_VIRTIO_DEVICE_FEATURE] = {0x10, 4},
            [AZ_VIRTIO_DEVICE_FEATURE_SELECT] = {0x14, 4},
            [AZ_VIRTIO_DRIVER_FEATURE] = {0x20, 4},
            [AZ_VIRTIO_DRIVER_FEATURE_SELECT] = {0x24, 4},
            [AZ_VIRTIO_QUEUE_SELECT] = {0x30, 4},
            [AZ_VIRTIO_QUEUE_SIZE_MAX] = {0x34, 4},
            [AZ_VIRTIO_QUEUE_SIZE] = {0x38, 4},
            [AZ_VIRTIO_QUEUE_ENABLE] = {0x44, 4},
            [AZ_VIRTIO_STATUS] = {0x70, 4},
            [AZ_VIRTIO_QUEUE_DESCRIPTORS] = {0x80, 4},
            [AZ_VIRTIO_QUEUE_DESCRIPTORS_HIGH] = {0x84, 4},
            [AZ_VIRTIO_QUEUE_DRIVER] = {0x90, 4},
            [AZ_VIRTIO_QUEUE_DRIVER_HIGH] = {0x94, 4},
            [AZ_VIRTIO_QUEUE_DEVICE] = {0xa0, 4},
            [AZ_VIRTIO_QUEUE_DEVICE_HIGH] = {0xa4, 4},
            [AZ_VIRTIO_CONFIG_GENERATION] = {0xfc, 4},
        },
    .notify_bytes = 4,
    .connect = connect,
};

/* Errors: -ENODEV: no device there, or none that the image has a driver for; the probe's. */
static int probe(const struct mmio_place *place)
{
    volatile void *window;
    int error = az_mmio_map(az_phys_of(place->registers), MMIO_BYTES, &window);
    if (error)
        return error;
    struct az_virtio_region registers = {.memory = window, .bytes = MMIO_CONFIG};
    if (az_virtio_region_read(&registers, MMIO_MAGIC, 4) != MAGIC)
        return -ENODEV;
    const struct az_virtio_driver *driver =
        az_virtio_driver(az_virtio_region_read(&registers, MMIO_DEVICE_ID, 4));
    if (!driver)
        return -ENODEV;
    if (az_virtio_region_read(&registers, MMIO_VERSION, 4) != VERSION)
        return -EPROTO; /* the legacy interface */

    struct virtio_mmio *mmio = az_heap_zalloc(sizeof *mmio);
    if (!mmio)
        return -ENOMEM;
    struct az_virtio_device *device = &mmio->device;
    device->transport = &transport;
    device->registers = registers;
    device->notify = (struct az_virtio_region){.memory = registers.memory + MMIO_NOTIFY, .bytes = 4};
    device->config = (struct az_virtio_region){.memory = registers.memory + MMIO_CONFIG,
                                               .bytes = MMIO_BYTES - MMIO_CONFIG};
    mmio->interrupt = place->interrupt;
    error = az_virtio_probe(driver, device);
    if (error && !device->handler) /* an interrupt stays connected for good */
        az_heap_free(mmio, sizeof *mmio);
    return error;
}

static void offer(const struct mmio_place *place)
{
    int error = probe(place);
    if (error == -EPROTO)
        az_log("virtio-mmio: a device speaks only virtio before 1.0 (QEMU: -global virtio-mmio.force-legacy=false)");
    else if (error && error != -ENODEV)
        az_log("virtio-mmio: error %d", -error);
}

/* False when the command line names no device. */
static bool offer_named(void)
{
    static const char name[] = "virtio_mmio.device=";
    struct az_words words = az_cmdline_words();
    char word[WORD_BYTES_MAX];
    struct mmio_place place;
    bool found = false;
    while (az_cmdline_next(&words, word, sizeof word) >= 0) {
        if (strncmp(word, name, sizeof name - 1) == 0 && mmio_parse_word(word + sizeof name - 1, &place)) {
            found = true;
            offer(&place);
        }
    }
    return found;
}

int az_virtio_mmio_init(void)
{
    /* Searching ACPI takes longer than the rest of the boot: only where no bus has had a device. */
    if (offer_named() || az_virtio_has_devices())
        return 0;
    const struct az_acpi_header *dsdt = az_acpi_dsdt();
    if (!dsdt)
        return 0;
    struct mmio_place place;
    const uint8_t *at = (const uint8_t *)(dsdt + 1), *end = (const uint8_t *)dsdt + dsdt->bytes;
    while ((at = mmio_parse_aml(at, end, &place)))
        offer(&place);
    return 0;
}
