/* What the files of bus/virtio-mmio share. */
#ifndef VIRTIO_MMIO_H
#define VIRTIO_MMIO_H

#include <az/virtio_transport.h>

/* A device as the machine describes it. */
struct mmio_place {
    uint64_t registers;
    struct az_irq_source interrupt;
};

struct virtio_mmio {
    struct az_virtio_device device; /* first */
    struct az_irq_source interrupt;
};

/* Registers that this transport alone has: virtio 1.2, section 4.2.2. All are 4 bytes wide. */
#define MMIO_MAGIC 0x00u
#define MMIO_VERSION 0x04u
#define MMIO_DEVICE_ID 0x08u
#define MMIO_NOTIFY 0x50u
#define MMIO_INTERRUPT_STATUS 0x60u
#define MMIO_INTERRUPT_ACKNOWLEDGE 0x64u
#define MMIO_CONFIG 0x100u
#define MMIO_BYTES 0x200u

/* The value of a word `virtio_mmio.device=`; false when it makes no sense. */
bool mmio_parse_word(const char *value, struct mmio_place *out);
/* The first device in `bytes` bytes of AML at `aml`; NULL when there is none, else where to go on. */
const uint8_t *mmio_parse_aml(const uint8_t *aml, const uint8_t *end, struct mmio_place *out);

/* Interrupt handler; `arg` is the device. */
void virtio_mmio_interrupted(void *arg);

#endif
