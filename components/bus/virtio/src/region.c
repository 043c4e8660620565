/* Registers in memory or in ports. Functions, not inline: hundreds of bytes less, and none is called per frame but one. */
#include "device.h"

static volatile void *memory_at(const struct virtio_region *region, unsigned offset)
{
    return region->memory + offset;
}

uint8_t region_read8(const struct virtio_region *region, unsigned offset)
{
    return region->memory ? region->memory[offset] : az_in8((uint16_t)(region->port + offset));
}

uint16_t region_read16(const struct virtio_region *region, unsigned offset)
{
    return region->memory ? *(volatile uint16_t *)memory_at(region, offset)
                          : az_in16((uint16_t)(region->port + offset));
}

uint32_t region_read32(const struct virtio_region *region, unsigned offset)
{
    return region->memory ? *(volatile uint32_t *)memory_at(region, offset)
                          : az_in32((uint16_t)(region->port + offset));
}

void region_write8(const struct virtio_region *region, unsigned offset, uint8_t value)
{
    if (region->memory)
        region->memory[offset] = value;
    else
        az_out8((uint16_t)(region->port + offset), value);
}

void region_write16(const struct virtio_region *region, unsigned offset, uint16_t value)
{
    if (region->memory)
        *(volatile uint16_t *)memory_at(region, offset) = value;
    else
        az_out16((uint16_t)(region->port + offset), value);
}

void region_write32(const struct virtio_region *region, unsigned offset, uint32_t value)
{
    if (region->memory)
        *(volatile uint32_t *)memory_at(region, offset) = value;
    else
        az_out32((uint16_t)(region->port + offset), value);
}
