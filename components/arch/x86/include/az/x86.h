/* What the files of this component share: tables that the stub, the trap entries and the C code agree on. */
#ifndef AZ_X86_H
#define AZ_X86_H

#include <az/base.h>
#include <az/trap_frame.h>

#ifdef __x86_64__
typedef uint64_t az_table_entry;
#define AZ_TABLE_BITS 9u
#else
typedef uint32_t az_table_entry;
#define AZ_TABLE_BITS 10u
#endif

#define AZ_ENTRY_PRESENT 0x1u
#define AZ_ENTRY_WRITE 0x2u
#define AZ_ENTRY_UNCACHED 0x18u /* PCD, PWT */
#define AZ_ENTRY_ACCESSED 0x20u
#define AZ_ENTRY_DIRTY 0x40u
#define AZ_ENTRY_LARGE 0x80u
#define AZ_ENTRY_KEPT 0x200u /* ours: an entry without PRESENT that still names a page */
#define AZ_ENTRY_COPY 0x400u /* ours: AZ_MMU_COPY */
#define AZ_ENTRY_EXEC 0x800u /* ours: AZ_VM_EXEC was asked for */
#define AZ_ENTRY_TABLE (AZ_ENTRY_PRESENT | AZ_ENTRY_WRITE | AZ_ENTRY_ACCESSED | AZ_ENTRY_DIRTY)

/* Set by the boot stub. */
extern uintptr_t az_image_delta; /* load address minus link-time physical address */
#ifdef __x86_64__
extern uint64_t az_no_execute;   /* bit 63, or 0 when the CPU has no such bit */
extern az_table_entry az_tables_pml4[512], az_tables_phys_pdpt[512], az_tables_phys_pd[512];
#else
extern az_table_entry az_page_directory[1024];
#endif

/* Linker script. */
extern const char az_image_start[], az_image_end[], az_text_start[], az_text_end[];
extern char az_stack_guard[], az_stack_top[];

AZ_ALWAYS_INLINE void az_tlb_flush(uintptr_t at)
{
    __asm__ volatile("invlpg (%0)" ::"r"(at) : "memory");
}

/* Fills a missing part of the physical map; false when `address` is not in it or cannot be mapped. Context: any. */
bool az_phys_fault(uintptr_t address);

/* Called by trap_entry.S. Returns to retry or go on with the interrupted instruction. */
void az_trap(struct az_trap_frame *frame);
void az_vector_dispatch(struct az_trap_frame *frame);

/* Points vector `vector` at `entry`, on the stack for devices. */
void az_gate_set(unsigned vector, uintptr_t entry);

/* Whether execution at `ip` may go on elsewhere after a fault; sets `*ip`. */
bool az_extable_fixup(uintptr_t *ip);

#endif
