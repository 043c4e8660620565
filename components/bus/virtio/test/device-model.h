/*
 * A virtio device's registers for tests, in port space, where every access goes through a function. As strict as v86: a field
 * accessed in another width than its own fails the test. Include before the sources under test.
 */
#ifndef DEVICE_MODEL_H
#define DEVICE_MODEL_H

#define AZ_ARCH_H /* the functions below stand for az/arch.h */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <az/base.h>
#include <az/heap.h>
#include <az/log.h>
#include <az/pages.h>
#include <az/pci.h>
#include <az/phys.h>
#include <az/virtio_transport.h>

#define MODEL_COMMON 0x1000u
#define MODEL_COMMON_BYTES 0x38u
#define MODEL_NOTIFY 0x2000u
#define MODEL_ISR 0x3000u
#define MODEL_CONFIG 0x4000u
#define MODEL_QUEUES 2u

static struct {
    uint64_t offered, accepted;
    bool refuses_features;
    uint32_t device_select, driver_select;
    uint8_t status, generation, isr;
    uint16_t queue_select;
    struct {
        uint16_t size, enabled;
        uint64_t descriptors, driver, device;
    } queue[MODEL_QUEUES];
    unsigned notified[MODEL_QUEUES];
    uint8_t config[16];
    unsigned config_reads_to_change; /* the configuration changes in the middle of a reading */
} model;

/* As PCI has them: virtio 1.2, section 4.1.4.3. */
static struct az_virtio_transport model_transport = {
    .field =
        {
            [AZ_VIRTIO_DEVICE_FEATURE_SELECT] = {0x00, 4},
            [AZ_VIRTIO_DEVICE_FEATURE] = {0x04, 4},
            [AZ_VIRTIO_DRIVER_FEATURE_SELECT] = {0x08, 4},
            [AZ_VIRTIO_DRIVER_FEATURE] = {0x0c, 4},
            [AZ_VIRTIO_STATUS] = {0x14, 1},
            [AZ_VIRTIO_CONFIG_GENERATION] = {0x15, 1},
            [AZ_VIRTIO_QUEUE_SELECT] = {0x16, 2},
            [AZ_VIRTIO_QUEUE_SIZE_MAX] = {0x18, 2},
            [AZ_VIRTIO_QUEUE_SIZE] = {0x18, 2},
            [AZ_VIRTIO_QUEUE_ENABLE] = {0x1c, 2},
            [AZ_VIRTIO_QUEUE_NOTIFY_OFFSET] = {0x1e, 2},
            [AZ_VIRTIO_QUEUE_DESCRIPTORS] = {0x20, 4},
            [AZ_VIRTIO_QUEUE_DESCRIPTORS_HIGH] = {0x24, 4},
            [AZ_VIRTIO_QUEUE_DRIVER] = {0x28, 4},
            [AZ_VIRTIO_QUEUE_DRIVER_HIGH] = {0x2c, 4},
            [AZ_VIRTIO_QUEUE_DEVICE] = {0x30, 4},
            [AZ_VIRTIO_QUEUE_DEVICE_HIGH] = {0x34, 4},
        },
    .notify_bytes = 2,
};

static void model_check(bool holds, const char *what)
{
    if (holds)
        return;
    printf("  device model: %s\n", what);
    fflush(stdout);
    abort();
}

static uint32_t model_read(uint16_t port, unsigned width)
{
    if (port >= MODEL_CONFIG) {
        uint32_t value = 0;
        model_check(port - MODEL_CONFIG + width <= sizeof model.config, "configuration out of range");
        if (model.config_reads_to_change && --model.config_reads_to_change == 0) {
            memset(model.config, 0x77, sizeof model.config);
            model.generation++;
        }
        memcpy(&value, model.config + (port - MODEL_CONFIG), width);
        return value;
    }
    if (port == MODEL_ISR) {
        uint8_t isr = model.isr;
        model.isr = 0;
        return isr;
    }
    switch ((port - MODEL_COMMON) << 4 | width) {
    case 0x044:
        return (uint32_t)(model.offered >> (model.device_select ? 32 : 0));
    case 0x122:
        return MODEL_QUEUES;
    case 0x141:
        return model.status;
    case 0x151:
        return model.generation;
    case 0x182:
        return model.queue_select < MODEL_QUEUES ? model.queue[model.queue_select].size : 0;
    case 0x1e2:
        return model.queue_select;
    default:
        model_check(false, "no such register, or not of this width");
        return 0;
    }
}

static void model_half(uint64_t *field, unsigned high, uint32_t value)
{
    *field = high ? (*field & UINT32_MAX) | (uint64_t)value << 32 : (*field & ~(uint64_t)UINT32_MAX) | value;
}

static void model_write(uint16_t port, unsigned width, uint32_t value)
{
    if (port >= MODEL_NOTIFY && port < MODEL_ISR) {
        model_check(width == 2 && value < MODEL_QUEUES && port == MODEL_NOTIFY + value * 4, "wrong notification");
        model.notified[value]++;
        return;
    }
    unsigned q = model.queue_select % MODEL_QUEUES, high = port & 4u;
    switch ((port - MODEL_COMMON) << 4 | width) {
    case 0x004:
        model.device_select = value;
        return;
    case 0x084:
        model.driver_select = value;
        return;
    case 0x0c4:
        model_half(&model.accepted, model.driver_select, value);
        return;
    case 0x141:
        model.status = (uint8_t)(model.refuses_features ? value & ~8u : value);
        return;
    case 0x162:
        model.queue_select = (uint16_t)value;
        return;
    case 0x182:
        model.queue[q].size = (uint16_t)value;
        return;
    case 0x1c2:
        model.queue[q].enabled = (uint16_t)value;
        return;
    case 0x204:
    case 0x244:
        model_half(&model.queue[q].descriptors, high, value);
        return;
    case 0x284:
    case 0x2c4:
        model_half(&model.queue[q].driver, high, value);
        return;
    case 0x304:
    case 0x344:
        model_half(&model.queue[q].device, high, value);
        return;
    default:
        model_check(false, "no such register, or not of this width");
    }
}

static inline uint8_t az_in8(uint16_t port)
{
    return (uint8_t)model_read(port, 1);
}
static inline uint16_t az_in16(uint16_t port)
{
    return (uint16_t)model_read(port, 2);
}
static inline uint32_t az_in32(uint16_t port)
{
    return model_read(port, 4);
}
static inline void az_out8(uint16_t port, uint8_t value)
{
    model_write(port, 1, value);
}
static inline void az_out16(uint16_t port, uint16_t value)
{
    model_write(port, 2, value);
}
static inline void az_out32(uint16_t port, uint32_t value)
{
    model_write(port, 4, value);
}

/* -- Memory: addresses are pointers ---------------------------------------------------------------------- */

static unsigned model_allocations;
static bool model_no_pages;

void *az_heap_alloc(size_t bytes)
{
    model_allocations++;
    return memset(malloc(bytes), 0xa5, bytes);
}
void *az_heap_zalloc(size_t bytes)
{
    model_allocations++;
    return calloc(1, bytes);
}
void az_heap_free(void *pointer, size_t bytes)
{
    (void)bytes;
    model_allocations--;
    free(pointer);
}
int az_pages_alloc(unsigned order, int node, az_phys limit, az_phys *out)
{
    (void)node;
    (void)limit;
    if (model_no_pages)
        return -ENOMEM;
    size_t bytes = (size_t)AZ_PAGE_BYTES << order;
    model_allocations++;
    out->value = (uintptr_t)memset(aligned_alloc(bytes, bytes), 0xa5, bytes);
    return 0;
}
void az_pages_free(az_phys start, unsigned order)
{
    (void)order;
    model_allocations--;
    free((void *)(uintptr_t)start.value);
}
void *az_phys_pointer(az_phys phys)
{
    return (void *)(uintptr_t)phys.value;
}

#endif
