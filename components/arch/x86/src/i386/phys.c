/* The physical map: 4 MiB pages in the page directory itself, each made when something in it is first touched. */
#include <az/arch.h>
#include <az/layout.h>
#include <az/mmu.h>
#include <az/phys.h>
#include <az/x86.h>

#define LARGE_SHIFT 22

void *az_phys_pointer(az_phys phys)
{
    return (void *)(AZ_PHYS_MAP_START + (uintptr_t)phys.value);
}

az_phys az_phys_of_image(void)
{
    return az_phys_of((uintptr_t)az_image_start - AZ_IMAGE_BASE + az_image_delta);
}

az_phys az_phys_from(const volatile void *pointer)
{
    uintptr_t address = (uintptr_t)pointer;
    if (address >= (uintptr_t)az_image_start && address < (uintptr_t)az_image_end)
        return az_phys_of(address - AZ_IMAGE_BASE + az_image_delta);
    if (address >= AZ_PHYS_MAP_START && address < AZ_PHYS_MAP_END)
        return az_phys_of(address - AZ_PHYS_MAP_START);
    struct az_mmu_page page;
    bool mapped = az_mmu_lookup(address, &page);
    AZ_ASSERT(mapped);
    return az_phys_add(page.frame, address % AZ_PAGE_BYTES);
}

bool az_phys_table_wanted(az_phys at)
{
    (void)at;
    return false;
}

void az_phys_table_give(az_phys at, az_phys table)
{
    (void)at, (void)table;
}

bool az_phys_fault(uintptr_t address)
{
    if (address < AZ_PHYS_MAP_START || address >= AZ_PHYS_MAP_END)
        return false;
    uint32_t phys = (uint32_t)(address - AZ_PHYS_MAP_START) >> LARGE_SHIFT << LARGE_SHIFT;
    az_page_directory[address >> LARGE_SHIFT] = phys | AZ_ENTRY_TABLE | AZ_ENTRY_LARGE;
    return true;
}
