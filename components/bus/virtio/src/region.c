/* Registers in memory or in ports. Functions, not inline: hundreds of bytes less, and one is called per burst. */
#include <az/arch.h>
#include <az/virtio_transport.h>

/* NULL when the region lies in ports: an offset from NULL is no pointer. */
static volatile void *memory_at(const struct az_virtio_region *region, unsigned offset)
{
    return region->memory ? region->memory + offset : NULL;
}

uint32_t az_virtio_region_read(const struct az_virtio_region *region, unsigned offset, unsigned bytes)
{
    uint16_t port = (uint16_t)(region->port + offset);
    volatile void *memory = memory_at(region, offset);
    if (bytes == 4)
        return memory ? *(volatile uint32_t *)memory : az_in32(port);
    if (bytes == 2)
        return memory ? *(volatile uint16_t *)memory : az_in16(port);
    return memory ? *(volatile uint8_t *)memory : az_in8(port);
}

void az_virtio_region_write(const struct az_virtio_region *region, unsigned offset, unsigned bytes,
                            uint32_t value)
{
    uint16_t port = (uint16_t)(region->port + offset);
    volatile void *memory = memory_at(region, offset);
    if (bytes == 4 && memory)
        *(volatile uint32_t *)memory = value;
    else if (bytes == 4)
        az_out32(port, value);
    else if (bytes == 2 && memory)
        *(volatile uint16_t *)memory = (uint16_t)value;
    else if (bytes == 2)
        az_out16(port, (uint16_t)value);
    else if (memory)
        *(volatile uint8_t *)memory = (uint8_t)value;
    else
        az_out8(port, (uint8_t)value);
}
