#include "hostile-queue.h"

#include "../../virtio-pci/src/connect.c"
#include "../../virtio-pci/src/interrupt.c"
#include "../src/probe.c"
#include <az/test.h>

/* -- Fakes ----------------------------------------------------------------------------------------------- */

static az_irq_handler *pin_handler;
static void *pin_arg;

int az_pci_msix_start(const struct az_pci_device *pci, struct az_pci_msix *out)
{
    (void)pci, (void)out;
    return -ENODEV;
}
int az_pci_msix_connect(const struct az_pci_msix *msix, unsigned entry, unsigned cpu, az_irq_handler *handler, void *arg)
{
    (void)msix, (void)entry, (void)cpu, (void)handler, (void)arg;
    return -EINVAL;
}
void az_pci_msix_stop(const struct az_pci_device *pci)
{
    (void)pci;
}
int az_pci_irq(const struct az_pci_device *pci, struct az_irq_source *out)
{
    (void)pci;
    *out = (struct az_irq_source){.kind = AZ_IRQ_PCI_PIN, .line = 11, .pin = 1};
    return 0;
}
int az_irq_connect(const struct az_irq_source *source, unsigned cpu, az_irq_handler *handler, void *arg)
{
    AZ_CHECK_EQ(source->line, 11);
    AZ_CHECK_EQ(cpu, 0);
    pin_handler = handler;
    pin_arg = arg;
    return 0;
}

static struct virtio_pci function;

static void reset_model(void)
{
    memset(&model, 0, sizeof model);
    model.offered = UINT64_C(1) << AZ_VIRTIO_F_VERSION_1 | 0x30020;
    model.queue[0].size = 256;
    model.queue[1].size = 64;
    model_no_pages = false;
    model_transport.connect = virtio_pci_connect;
    function = (struct virtio_pci){
        .device =
            {
                .transport = &model_transport,
                .registers = {.port = MODEL_COMMON, .bytes = MODEL_COMMON_BYTES},
                .notify = {.port = MODEL_NOTIFY, .bytes = 64},
                .config = {.port = MODEL_CONFIG, .bytes = sizeof model.config},
                .notify_multiplier = 4,
                .queue_vector = AZ_VIRTIO_NO_VECTOR,
            },
        .isr = {.port = MODEL_ISR, .bytes = 1},
    };
}

/* An honest device: answers the oldest chain not yet answered, writing `bytes`. */
static uint16_t answered;
static void answer(uint32_t bytes)
{
    const struct virtq_available *available = (void *)(uintptr_t)model.queue[0].driver;
    struct virtq_used *used = (void *)(uintptr_t)model.queue[0].device;
    unsigned size = model.queue[0].size;
    AZ_CHECK(available->index != answered);
    used->ring[used->index % size] = (struct virtq_used_element){available->ring[answered % size], bytes};
    used->index++;
    answered++;
}

/* -- Devices --------------------------------------------------------------------------------------------- */

AZ_TEST(features_wanted_and_offered_are_accepted)
{
    reset_model();
    uint64_t features = 0;
    AZ_CHECK_EQ(az_virtio_negotiate(&function.device, 0x10021, &features), 0);
    AZ_CHECK_EQ(features, UINT64_C(1) << AZ_VIRTIO_F_VERSION_1 | 0x10020);
    AZ_CHECK_EQ(model.accepted, features);
    AZ_CHECK_EQ(model.status, 1 | 2 | 8);
    az_virtio_ready(&function.device);
    AZ_CHECK_EQ(model.status, 1 | 2 | 4 | 8);
}

AZ_TEST(legacy_and_unwilling_devices_are_errors)
{
    reset_model();
    uint64_t features = 7;
    model.offered = 0x20;
    AZ_CHECK_EQ(az_virtio_negotiate(&function.device, 0x20, &features), -ENODEV);
    reset_model();
    model.refuses_features = true;
    AZ_CHECK_EQ(az_virtio_negotiate(&function.device, 0x20, &features), -EIO);
    AZ_CHECK_EQ(features, 7);
}

AZ_TEST(configuration_is_read_in_the_width_of_its_fields_and_whole)
{
    reset_model();
    for (unsigned i = 0; i < sizeof model.config; i++)
        model.config[i] = (uint8_t)i;
    uint8_t mac[6];
    az_virtio_config(&function.device, 0, mac, sizeof mac);
    AZ_CHECK_BYTES(mac, ((const uint8_t[]){0, 1, 2, 3, 4, 5}), 6);
    uint16_t half;
    az_virtio_config(&function.device, 6, &half, sizeof half);
    AZ_CHECK_EQ(half, 0x0706);
    uint64_t wide;
    model.config_reads_to_change = 2; /* between its halves */
    az_virtio_config(&function.device, 8, &wide, sizeof wide);
    AZ_CHECK_EQ(wide, 0x7777777777777777);
    az_virtio_config(&function.device, 12, &wide, sizeof wide); /* beyond the end */
    AZ_CHECK_EQ(wide, 0);
}

static unsigned handled;
static void handler(void *arg)
{
    AZ_CHECK(arg == &handled);
    handled++;
}
AZ_TEST(the_pin_tells_queues_from_configuration_and_from_others)
{
    reset_model();
    handled = 0;
    AZ_CHECK_EQ(az_virtio_irq(&function.device, handler, &handled), 0);
    pin_handler(pin_arg); /* someone else's */
    AZ_CHECK_EQ(handled, 0);
    model.isr = 1;
    pin_handler(pin_arg);
    AZ_CHECK_EQ(handled, 1);
    AZ_CHECK(!az_virtio_config_changed(&function.device));
    model.isr = 2;
    pin_handler(pin_arg);
    AZ_CHECK_EQ(handled, 1);
    AZ_CHECK(az_virtio_config_changed(&function.device));
    AZ_CHECK(!az_virtio_config_changed(&function.device));
}

static int probe_result;
static int probe(struct az_virtio_device *given)
{
    struct az_virtqueue *queue;
    AZ_CHECK(given == &function.device);
    AZ_CHECK_EQ(az_virtqueue_create(given, 0, 8, &queue), 0);
    return probe_result;
}
const struct az_virtio_driver az_virtio_drivers[] = {{1, probe}, {0, NULL}};
AZ_TEST(a_device_goes_to_the_driver_of_its_type_and_is_reset_when_that_gives_up)
{
    reset_model();
    AZ_CHECK(az_virtio_driver(4) == NULL);
    AZ_CHECK(az_virtio_driver(1) == az_virtio_drivers);
    probe_result = -EIO;
    AZ_CHECK_EQ(az_virtio_probe(az_virtio_drivers, &function.device), -EIO);
    AZ_CHECK_EQ(model.status, 0);
    AZ_CHECK_EQ(model_allocations, 0);
    AZ_CHECK(!az_virtio_has_devices());
    probe_result = 0;
    AZ_CHECK_EQ(az_virtio_probe(az_virtio_drivers, &function.device), 0);
    AZ_CHECK(az_virtio_has_devices());
    virtio_reset(&function.device);
    AZ_CHECK_EQ(model_allocations, 0);
}

/* -- Queues ---------------------------------------------------------------------------------------------- */

AZ_TEST(a_queue_is_laid_out_as_the_device_is_told)
{
    reset_model();
    struct az_virtqueue *queue;
    AZ_CHECK_EQ(az_virtqueue_create(&function.device, 0, 64, &queue), 0);
    AZ_CHECK_EQ(model.queue[0].size, 64);
    AZ_CHECK_EQ(model.queue[0].enabled, 1);
    AZ_CHECK_EQ(model.queue[0].driver - model.queue[0].descriptors, 64 * 16);
    AZ_CHECK(model.queue[0].device >= model.queue[0].driver + 6 + 64 * 2);
    AZ_CHECK_EQ(model.queue[0].device % 4, 0);
    struct az_virtqueue *second;
    AZ_CHECK_EQ(az_virtqueue_create(&function.device, 1, 256, &second), 0);
    AZ_CHECK_EQ(az_virtqueue_size(second), 64); /* as many as offered */
    AZ_CHECK_EQ(az_virtqueue_create(&function.device, 2, 64, &second), -ENOENT);
    model_no_pages = true;
    AZ_CHECK_EQ(az_virtqueue_create(&function.device, 1, 64, &second), -ENOMEM);
    virtio_reset(&function.device);
    AZ_CHECK_EQ(model_allocations, 0);
}

AZ_TEST(chains_go_round_the_ring_many_times)
{
    reset_model();
    answered = 0;
    struct az_virtqueue *queue;
    AZ_CHECK_EQ(az_virtqueue_create(&function.device, 0, 8, &queue), 0);
    static char tokens[8];
    struct az_virtio_segment segments[2] = {{az_phys_of(0x1000), 12, false}, {az_phys_of(0x2000), 100, true}};
    unsigned next_in = 0, next_out = 0;
    for (unsigned round = 0; round < 200000; round++) { /* the index wraps at 65536 */
        while (az_virtqueue_room(queue) >= 2)
            AZ_CHECK_EQ(az_virtqueue_add(queue, segments, 2, &tokens[next_in++ % 8]), 0);
        AZ_CHECK_EQ(az_virtqueue_add(queue, segments, 2, tokens), -ENOSPC);
        unsigned answers = round % 4 + 1;
        for (unsigned i = 0; i < answers; i++)
            answer(i);
        uint32_t bytes;
        for (unsigned i = 0; i < answers; i++) {
            AZ_CHECK(az_virtqueue_take(queue, &bytes) == &tokens[next_out++ % 8]);
            AZ_CHECK_EQ(bytes, i);
        }
        AZ_CHECK(az_virtqueue_take(queue, &bytes) == NULL);
    }
    AZ_CHECK_EQ(az_virtqueue_violations(queue), 0);
    virtio_reset(&function.device);
}

AZ_TEST(notifications_and_interrupts_are_suppressed_as_agreed)
{
    reset_model();
    answered = 0;
    struct az_virtqueue *queue;
    AZ_CHECK_EQ(az_virtqueue_create(&function.device, 0, 8, &queue), 0);
    const struct virtq_available *available = (void *)(uintptr_t)model.queue[0].driver;
    struct virtq_used *used = (void *)(uintptr_t)model.queue[0].device;
    struct az_virtio_segment segment = {az_phys_of(0x1000), 12, true};
    az_virtqueue_kick(queue); /* nothing to tell */
    AZ_CHECK_EQ(model.notified[0], 0);
    AZ_CHECK_EQ(az_virtqueue_add(queue, &segment, 1, &segment), 0);
    AZ_CHECK_EQ(az_virtqueue_add(queue, &segment, 1, &segment), 0);
    az_virtqueue_kick(queue);
    AZ_CHECK_EQ(model.notified[0], 1); /* once per burst */
    used->flags = 1;
    AZ_CHECK_EQ(az_virtqueue_add(queue, &segment, 1, &segment), 0);
    az_virtqueue_kick(queue);
    AZ_CHECK_EQ(model.notified[0], 1);

    AZ_CHECK_EQ(available->flags, 1);
    AZ_CHECK(az_virtqueue_arm(queue, true));
    AZ_CHECK_EQ(available->flags, 0);
    answer(12);
    AZ_CHECK(!az_virtqueue_arm(queue, true));
    AZ_CHECK(az_virtqueue_arm(queue, false));
    AZ_CHECK_EQ(available->flags, 1);
    virtio_reset(&function.device);
}

AZ_TEST(each_violation_is_counted_and_survived)
{
    reset_model();
    answered = 0;
    struct az_virtqueue *queue;
    AZ_CHECK_EQ(az_virtqueue_create(&function.device, 0, 8, &queue), 0);
    struct virtq_used *used = (void *)(uintptr_t)model.queue[0].device;
    struct az_virtio_segment segment = {az_phys_of(0x1000), 12, true};
    char first, second, third;
    uint32_t bytes = 0;
    AZ_CHECK_EQ(az_virtqueue_add(queue, &segment, 1, &first), 0);
    AZ_CHECK_EQ(az_virtqueue_add(queue, &segment, 1, &second), 0);
    AZ_CHECK_EQ(az_virtqueue_add(queue, &segment, 1, &third), 0);
    used->ring[0] = (struct virtq_used_element){5, 12}; /* an id nobody has */
    used->ring[1] = (struct virtq_used_element){0, 13}; /* one byte too many */
    used->index = 2;
    AZ_CHECK(az_virtqueue_take(queue, &bytes) == &first);
    AZ_CHECK_EQ(bytes, 12);
    AZ_CHECK_EQ(az_virtqueue_violations(queue), 2);
    used->ring[2] = (struct virtq_used_element){0, 12}; /* the first again */
    used->index = 3;
    AZ_CHECK(az_virtqueue_take(queue, &bytes) == NULL);
    AZ_CHECK_EQ(az_virtqueue_violations(queue), 3);
    used->index = 100; /* beyond what is in flight */
    AZ_CHECK(az_virtqueue_take(queue, &bytes) == NULL);
    AZ_CHECK_EQ(az_virtqueue_violations(queue), 4);
    AZ_CHECK(az_virtqueue_take(queue, &bytes) == NULL);
    AZ_CHECK_EQ(az_virtqueue_violations(queue), 4);
    AZ_CHECK(az_virtqueue_arm(queue, true)); /* a sleep is not refused for ever */
    virtio_reset(&function.device);
    AZ_CHECK_EQ(model_allocations, 0);
}

AZ_TEST(a_device_that_does_anything_breaks_nothing)
{
    static uint8_t data[600];
    uint32_t state = 12345;
    for (unsigned run = 0; run < 3000; run++) {
        for (unsigned i = 0; i < sizeof data; i++) {
            state = state * 1664525 + 1013904223;
            data[i] = (uint8_t)(state >> 24);
        }
        for (unsigned i = 0; i < sizeof data; i += 3)
            if (data[i] % 8 == 7 && run % 4) /* wild indices end a run's use early: not in each */
                data[i] = 0;
        hostile_run(data, sizeof data);
    }
}
