/* Virtio 1.2, section 5.4. */
#include <errno.h>
#include <string.h>

#include <az/arch.h>
#include <az/clock.h>
#include <az/heap.h>
#include <az/phys.h>
#include <az/random.h>
#include <az/self.h>
#include <az/virtio.h>

#define QUEUE_SIZE 2u
#define REQUEST_BYTES 64u
#define PATIENCE AZ_MS(50)

struct rng {
    struct az_entropy_source source; /* first */
    struct az_virtqueue *queue;
    uint8_t bytes[REQUEST_BYTES];
    size_t at, end; /* what is left of `bytes` */
};

static struct rng *first; /* the entropy interface passes no argument: one device serves */

static void request(struct rng *rng)
{
    struct az_virtio_segment segment = {
        .phys = az_phys_from(rng->bytes),
        .bytes = sizeof rng->bytes,
        .device_writes = true,
    };
    rng->at = rng->end = 0;
    if (az_virtqueue_add(rng->queue, &segment, 1, rng) == 0)
        az_virtqueue_kick(rng->queue);
}

/* True when there are bytes to give out. */
static bool wait_for_bytes(struct rng *rng)
{
    az_time deadline = 0;
    uint32_t bytes;
    while (!az_virtqueue_take(rng->queue, &bytes)) {
        az_time now = az_clock_now();
        if (!deadline)
            deadline = now + PATIENCE;
        else if (now >= deadline)
            return false;
        az_cpu_relax();
    }
    rng->end = bytes;
    if (bytes == 0)
        request(rng);
    return bytes > 0;
}

static size_t read_entropy(void *out, size_t bytes)
{
    struct rng *rng = first;
    size_t done = 0;
    while (done < bytes) {
        if (rng->at == rng->end && !wait_for_bytes(rng))
            break;
        size_t part = AZ_MIN(bytes - done, rng->end - rng->at);
        memcpy((uint8_t *)out + done, rng->bytes + rng->at, part);
        memset(rng->bytes + rng->at, 0, part);
        rng->at += part;
        done += part;
        if (rng->at == rng->end)
            request(rng);
    }
    return done;
}

int az_virtio_rng_probe(struct az_virtio_device *device)
{
    if (first)
        return -ENODEV;
    struct rng *rng = az_heap_zalloc(sizeof *rng);
    if (!rng)
        return -ENOMEM;
    uint64_t features;
    int error = az_virtio_negotiate(device, 0, &features);
    if (!error)
        error = az_virtqueue_create(device, 0, QUEUE_SIZE, &rng->queue);
    if (error) {
        az_virtio_fail(device);
        az_heap_free(rng, sizeof *rng);
        return error;
    }
    az_virtio_ready(device);
    request(rng);
    rng->source = (struct az_entropy_source){.name = "virtio-rng", .read = read_entropy};
    first = rng;
    az_entropy_source_register(&rng->source);
    return 0;
}
