/* Registers in memory or in ports. Functions, not inline: hundreds of bytes less, and one is called per burst. */
#include <az/arch.h>
#include <az/virtio_transport.h>

uint32_t az_virtio_region_read(const struct az_virtio_region *region, unsigned offset, unsigned bytes)
{
    uint16_t port = (uint16_t)(region->port + offset);
    volatile void *memory = region->memory + offset;
    if (bytes == 4)
        return region->memory ? *(volatile uint32_t *)memory : az_in32(port);
    if (bytes == 2)
        return region->memory ? *(volatile uint16_t *)memory : az_in16(port);
    return region->memory ? *(volatile uint8_t *)memory : az_in8(port);
}

void az_virtio_region_write(const struct az_virtio_region *region, unsigned offset, unsigned bytes,
                            uint32_t value)
{
    uint16_t port = (uint16_t)(region->port + offset);
    volatile void *memory = region->memory + offset;
    if (bytes == 4 && region->memory)
        *(volatile uint32_t *)memory = value;
    else if (bytes == 4)
        az_out32(port, value);
    else if (bytes == 2 && region->memory)
        *(volatile uint16_t *)memory = (uint16_t)value;
    else if (bytes == 2)
        az_out16(port, (uint16_t)value);
    else if (region->memory)
        *(volatile uint8_t *)memory = (uint8_t)value;
    else
        az_out8(port, (uint8_t)value);
}
