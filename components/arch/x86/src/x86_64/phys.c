/* The physical map: 2 MiB pages in tables shared by nobody else, each entry made when something below it is first touched. */
#include <az/arch.h>
#include <az/layout.h>
#include <az/mmu.h>
#include <az/phys.h>
#include <az/x86.h>

#define LARGE_SHIFT 21
#define TABLE_SHIFT 30 /* what one table maps */
#define TABLES_MAX 512 /* one upper table: 512 GiB */

/* A table for what the loader left outside the image's own GiB, before anyone can give one. */
static AZ_ALIGNED(4096) az_table_entry spare_table[512];
static bool spare_taken;

void *az_phys_pointer(az_phys phys)
{
    return (void *)(AZ_PHYS_MAP_START + phys.value);
}

static uint64_t image_phys(uintptr_t address)
{
    return address - AZ_IMAGE_BASE + az_image_delta;
}

az_phys az_phys_of_image(void)
{
    return az_phys_of(image_phys((uintptr_t)az_image_start));
}

az_phys az_phys_from(const volatile void *pointer)
{
    uintptr_t address = (uintptr_t)pointer;
    if (address >= AZ_IMAGE_BASE)
        return az_phys_of(image_phys(address));
    if (address >= AZ_PHYS_MAP_START && address < AZ_PHYS_MAP_END)
        return az_phys_of(address - AZ_PHYS_MAP_START);
    struct az_mmu_page page;
    bool mapped = az_mmu_lookup(address, &page);
    AZ_ASSERT(mapped);
    return az_phys_add(page.frame, address % AZ_PAGE_BYTES);
}

bool az_phys_table_wanted(az_phys at)
{
    return !az_tables_phys_pdpt[at.value >> TABLE_SHIFT];
}

void az_phys_table_give(az_phys at, az_phys table)
{
    az_table_entry *entries = az_phys_pointer(table);
    for (unsigned i = 0; i < 512; i++)
        entries[i] = 0;
    az_tables_phys_pdpt[at.value >> TABLE_SHIFT] = table.value | AZ_ENTRY_TABLE;
}

bool az_phys_fault(uintptr_t address)
{
    uint64_t phys = address - AZ_PHYS_MAP_START;
    if (address < AZ_PHYS_MAP_START || phys >> TABLE_SHIFT >= TABLES_MAX)
        return false;
    az_table_entry *slot = &az_tables_phys_pdpt[phys >> TABLE_SHIFT];
    if (!*slot) {
        if (spare_taken)
            return false;
        spare_taken = true;
        *slot = image_phys((uintptr_t)spare_table) | AZ_ENTRY_TABLE;
    }
    /* A table of ours is reached in the image: the physical map may not have its page yet. */
    uint64_t table = *slot & ~(uint64_t)(AZ_PAGE_BYTES - 1), in_image = table - az_image_delta;
    az_table_entry *entries = in_image < (uintptr_t)az_image_end - AZ_IMAGE_BASE ? (az_table_entry *)(AZ_IMAGE_BASE + in_image)
                                                                                 : az_phys_pointer(az_phys_of(table));
    entries[phys >> LARGE_SHIFT & 511] =
        (phys >> LARGE_SHIFT << LARGE_SHIFT) | AZ_ENTRY_TABLE | AZ_ENTRY_LARGE;
    return true;
}
