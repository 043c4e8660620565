/* A device that answers requests as it likes: fully, in part, with nothing, late or never. */
#define AZ_ARCH_H
#define AZ_SELF_H
#include <errno.h>

#include <az/base.h>

struct az_virtio_device;
static void az_cpu_relax(void);
int az_virtio_rng_probe(struct az_virtio_device *device);

#include "../src/virtio-rng.c"
#include <az/test.h>

static uint8_t *asked; /* where the request in flight wants its bytes */
static size_t asked_bytes;
static void *asked_token;
static unsigned requests, kicks, failed, ready, answer_bytes, late_reads;
static bool silent;
static int negotiate_error, create_error;
static uint8_t next_byte;
static az_time now;
static struct az_entropy_source *registered;

static void az_cpu_relax(void)
{
    now += AZ_MS(1);
}
az_time az_clock_now(void)
{
    return now;
}
az_phys az_phys_from(const volatile void *pointer)
{
    return (az_phys){(uintptr_t)pointer};
}
void *az_heap_zalloc(size_t bytes)
{
    return calloc(1, bytes);
}
void az_heap_free(void *memory, size_t bytes)
{
    (void)bytes;
    free(memory);
}
int az_virtio_negotiate(struct az_virtio_device *device, uint64_t wanted, uint64_t *out)
{
    (void)device;
    AZ_CHECK_EQ(wanted, 0);
    *out = 0;
    return negotiate_error;
}
int az_virtqueue_create(struct az_virtio_device *device, unsigned index, unsigned size, struct az_virtqueue **out)
{
    (void)device;
    AZ_CHECK(index == 0 && size == QUEUE_SIZE);
    *out = (void *)1;
    return create_error;
}
void az_virtio_ready(struct az_virtio_device *device)
{
    (void)device;
    ready++;
}
void az_virtio_fail(struct az_virtio_device *device)
{
    (void)device;
    failed++;
}
int az_virtqueue_add(struct az_virtqueue *queue, const struct az_virtio_segment *segments, unsigned count, void *token)
{
    (void)queue;
    AZ_CHECK(!asked); /* one request at a time: it has one buffer */
    AZ_CHECK(count == 1 && segments->device_writes);
    asked = (uint8_t *)(uintptr_t)segments->phys.value;
    asked_bytes = segments->bytes;
    asked_token = token;
    requests++;
    return 0;
}
void az_virtqueue_kick(struct az_virtqueue *queue)
{
    (void)queue;
    kicks++;
}
void *az_virtqueue_take(struct az_virtqueue *queue, uint32_t *out_bytes)
{
    (void)queue;
    if (!asked || silent || (late_reads && late_reads--))
        return NULL;
    *out_bytes = (uint32_t)AZ_MIN(answer_bytes, asked_bytes);
    for (uint32_t i = 0; i < *out_bytes; i++)
        asked[i] = next_byte++;
    asked = NULL;
    return asked_token;
}
void az_entropy_source_register(struct az_entropy_source *given)
{
    registered = given;
}

static void reset(void)
{
    free(first);
    first = NULL;
    asked = NULL;
    requests = kicks = failed = ready = late_reads = 0;
    answer_bytes = 64;
    silent = false;
    negotiate_error = create_error = 0;
    next_byte = 0;
    now = 1;
    registered = NULL;
}

static bool counts_from(const uint8_t *bytes, size_t count, uint8_t from)
{
    for (size_t i = 0; i < count; i++)
        if (bytes[i] != (uint8_t)(from + i))
            return false;
    return true;
}

AZ_TEST(every_byte_is_given_out_once_and_kept_nowhere)
{
    uint8_t out[200];
    reset();
    AZ_CHECK_EQ(az_virtio_rng_probe(NULL), 0);
    AZ_CHECK(ready == 1 && requests == 1 && registered == &first->source);
    AZ_CHECK_EQ(registered->read(out, 10), 10);
    AZ_CHECK(counts_from(out, 10, 0));
    for (unsigned i = 0; i < 10; i++)
        AZ_CHECK_EQ(first->bytes[i], 0);
    AZ_CHECK_EQ(registered->read(out, 200), 200);
    AZ_CHECK(counts_from(out, 200, 10));
    AZ_CHECK_EQ(requests, kicks);
    AZ_CHECK_EQ(az_virtio_rng_probe(NULL), -ENODEV); /* one serves */
}

AZ_TEST(short_answers_are_asked_for_again)
{
    uint8_t out[20];
    reset();
    answer_bytes = 3;
    late_reads = 5;
    AZ_CHECK_EQ(az_virtio_rng_probe(NULL), 0);
    AZ_CHECK_EQ(registered->read(out, sizeof out), sizeof out);
    AZ_CHECK(counts_from(out, sizeof out, 0));
}

AZ_TEST(an_empty_answer_gives_nothing_and_a_later_one_something)
{
    uint8_t out[4];
    reset();
    answer_bytes = 0;
    AZ_CHECK_EQ(az_virtio_rng_probe(NULL), 0);
    AZ_CHECK_EQ(registered->read(out, sizeof out), 0);
    answer_bytes = 64;
    AZ_CHECK_EQ(registered->read(out, sizeof out), 4);
}

AZ_TEST(a_silent_device_is_waited_for_with_a_bound_and_its_late_answer_is_used)
{
    uint8_t out[4];
    reset();
    silent = true;
    AZ_CHECK_EQ(az_virtio_rng_probe(NULL), 0);
    const az_time start = now;
    AZ_CHECK_EQ(registered->read(out, sizeof out), 0);
    AZ_CHECK(now - start >= PATIENCE && now - start <= PATIENCE + AZ_MS(2));
    AZ_CHECK_EQ(requests, 1);
    silent = false;
    AZ_CHECK_EQ(registered->read(out, sizeof out), 4);
    AZ_CHECK(counts_from(out, 4, 0));
}

AZ_TEST(a_device_that_cannot_be_used_is_given_up)
{
    reset();
    negotiate_error = -EIO;
    AZ_CHECK_EQ(az_virtio_rng_probe(NULL), -EIO);
    AZ_CHECK(failed == 1 && !first && !registered && !ready);
    reset();
    create_error = -ENOENT;
    AZ_CHECK_EQ(az_virtio_rng_probe(NULL), -ENOENT);
    AZ_CHECK(failed == 1 && !first && !registered && !ready);
}
