/*
 * Page tables below the image and the physical map (Intel SDM volume 3, chapter 4): four levels on x86_64, two on i386, walked
 * alike. A page without rights keeps its entry, not present, with its frame. Tables stay when their pages go: the address space
 * is used again from the bottom, so there are never more than its widest use needed.
 */
#include <errno.h>

#include <az/layout.h>
#include <az/mmu.h>
#include <az/pages.h>
#include <az/phys.h>
#include <az/vm.h>
#include <az/x86.h>

#define ENTRIES (1u << AZ_TABLE_BITS)
#ifdef __x86_64__
#define TOP_SHIFT 39u
#define FRAME_MASK 0x000ffffffffff000ull
#define ROOT az_tables_pml4
#else
#define TOP_SHIFT 22u
#define FRAME_MASK 0xfffff000u
#define ROOT az_page_directory
#endif

static az_table_entry *slot_at(az_table_entry *table, uintptr_t at, unsigned shift)
{
    return &table[at >> shift & (ENTRIES - 1)];
}

static az_table_entry *table_below(az_table_entry entry)
{
    return az_phys_pointer(az_phys_of(entry & FRAME_MASK));
}

/* The last-level entry of `at`; NULL when a table on the way is missing, `*out_shift` then tells at which level. */
static az_table_entry *find(uintptr_t at, unsigned *out_shift)
{
    az_table_entry *table = ROOT;
    for (unsigned shift = TOP_SHIFT;; shift -= AZ_TABLE_BITS) {
        az_table_entry *slot = slot_at(table, at, shift);
        *out_shift = shift;
        if (shift == AZ_PAGE_SHIFT)
            return slot;
        if (!*slot)
            return NULL;
        table = table_below(*slot);
    }
}

static int make(uintptr_t at, az_table_entry **out)
{
    az_table_entry *table = ROOT;
    for (unsigned shift = TOP_SHIFT; shift > AZ_PAGE_SHIFT; shift -= AZ_TABLE_BITS) {
        az_table_entry *slot = slot_at(table, at, shift);
        if (!*slot) {
            az_phys page;
            int error = az_pages_alloc(0, AZ_NODE_ANY, az_phys_of(AZ_PHYS_MAP_BYTES), &page);
            if (error)
                return error;
            az_table_entry *fresh = az_phys_pointer(page);
            for (unsigned i = 0; i < ENTRIES; i++)
                fresh[i] = 0;
            *slot = (az_table_entry)page.value | AZ_ENTRY_TABLE;
        }
        table = table_below(*slot);
    }
    *out = slot_at(table, at, AZ_PAGE_SHIFT);
    return 0;
}

static az_table_entry encode(unsigned rights)
{
    az_table_entry entry = rights & (AZ_VM_READ | AZ_VM_WRITE | AZ_VM_EXEC) ? AZ_ENTRY_PRESENT : AZ_ENTRY_KEPT;
    if (rights & AZ_MMU_COPY)
        entry |= AZ_ENTRY_COPY;
    if (rights & AZ_MMU_DIRTY)
        entry |= AZ_ENTRY_DIRTY;
    if (rights & AZ_VM_WRITE)
        entry |= AZ_ENTRY_WRITE;
    if (rights & AZ_MMU_UNCACHED)
        entry |= AZ_ENTRY_UNCACHED;
    if (rights & AZ_VM_EXEC)
        entry |= AZ_ENTRY_EXEC;
#ifdef __x86_64__
    else
        entry |= az_no_execute;
#endif
    return entry;
}

static struct az_mmu_page decode(az_table_entry entry)
{
    unsigned rights = 0;
    if (entry & AZ_ENTRY_PRESENT)
        rights |= AZ_VM_READ;
    if (entry & AZ_ENTRY_COPY)
        rights |= AZ_MMU_COPY;
    if (entry & AZ_ENTRY_WRITE)
        rights |= AZ_VM_WRITE;
    if (entry & AZ_ENTRY_EXEC)
        rights |= AZ_VM_EXEC;
    if (entry & AZ_ENTRY_UNCACHED)
        rights |= AZ_MMU_UNCACHED;
    return (struct az_mmu_page){
        .frame = az_phys_of(entry & FRAME_MASK),
        .rights = rights,
        .dirty = entry & AZ_ENTRY_DIRTY,
        .accessed = entry & AZ_ENTRY_ACCESSED,
    };
}

int az_mmu_map(uintptr_t at, az_phys frame, unsigned rights)
{
    az_table_entry *slot;
    int error = make(at, &slot);
    if (error)
        return error;
    bool was_there = *slot;
    *slot = (az_table_entry)frame.value | encode(rights);
    if (was_there)
        az_tlb_flush(at);
    return 0;
}

bool az_mmu_lookup(uintptr_t at, struct az_mmu_page *out)
{
    unsigned shift;
    const az_table_entry *slot = find(at, &shift);
    if (!slot || !*slot)
        return false;
    *out = decode(*slot);
    return true;
}

void az_mmu_protect(uintptr_t at, unsigned rights)
{
    const az_table_entry kept = FRAME_MASK | AZ_ENTRY_ACCESSED | AZ_ENTRY_DIRTY;
    unsigned shift;
    az_table_entry *slot = find(at, &shift);
    if (!slot || !*slot)
        return;
    *slot = (*slot & kept) | encode(rights);
    az_tlb_flush(at);
}

void az_mmu_clean(uintptr_t at)
{
    unsigned shift;
    az_table_entry *slot = find(at, &shift);
    if (!slot || !*slot)
        return;
    *slot &= ~(az_table_entry)AZ_ENTRY_DIRTY;
    az_tlb_flush(at);
}

bool az_mmu_unmap(uintptr_t at, struct az_mmu_page *out)
{
    unsigned shift;
    az_table_entry *slot = find(at, &shift);
    if (!slot || !*slot)
        return false;
    *out = decode(*slot);
    *slot = 0;
    az_tlb_flush(at);
    return true;
}

uintptr_t az_mmu_next(uintptr_t start, uintptr_t end)
{
    for (uintptr_t at = start; at < end;) {
        unsigned shift;
        const az_table_entry *slot = find(at, &shift);
        if (slot && *slot)
            return at;
        uintptr_t step = (uintptr_t)1 << shift;
        uintptr_t next = (at & ~(step - 1)) + step;
        if (next <= at) /* the end of the address space */
            break;
        at = next;
    }
    return end;
}
