/*
 * GDT, TSS and IDT: Intel SDM volume 3, chapters 3, 6 and 8. Flat segments, one privilege level. A stack that has run into its
 * guard page cannot take the page fault's frame: the double fault that follows switches tasks, and so stacks.
 */
#include <az/arch.h>
#include <az/log.h>
#include <az/panic.h>
#include <az/x86.h>

#define SEGMENT_CODE 0x00cf9b000000ffffull
#define SEGMENT_DATA 0x00cf93000000ffffull
#define SEGMENT_TSS 0x0000890000000000ull
#define GATE_INTERRUPT 0x8e
#define STUB_BYTES 4u /* of az_exception_stubs */
#define GATE_TASK 0x85
#define PANIC_STACK_BYTES 4096

enum { SELECTOR_CODE = 8, SELECTOR_DATA = 16, SELECTOR_THREAD = 24, SELECTOR_TSS = 32, SELECTOR_FAULT_TSS = 40 };

struct tss {
    uint32_t link, esp0, ss0, esp1, ss1, esp2, ss2, cr3, eip, eflags;
    uint32_t eax, ecx, edx, ebx, esp, ebp, esi, edi;
    uint32_t es, cs, ss, ds, fs, gs, ldt;
    uint16_t trap, io_map;
};
static_assert(sizeof(struct tss) == 104, "SDM volume 3, figure 8-2");

struct gate {
    uint16_t offset_low, selector;
    uint8_t reserved, type;
    uint16_t offset_high;
};
static_assert(sizeof(struct gate) == 8, "SDM volume 3, figure 6-2");

struct table_pointer {
    uint16_t limit;
    const void *base;
} __attribute__((packed));

extern uint64_t az_gdt[6]; /* the boot stub loads it */
extern const char az_exception_stubs[];
void az_double_fault(void);
AZ_NORETURN void az_double_fault_panic(void);

AZ_ALIGNED(8) uint64_t az_gdt[6] = {0, SEGMENT_CODE, SEGMENT_DATA, SEGMENT_DATA, 0, 0};
static AZ_ALIGNED(16) struct tss main_tss, fault_tss;
static AZ_ALIGNED(16) struct gate idt[256];
static AZ_ALIGNED(16) uint8_t panic_stack[PANIC_STACK_BYTES];

/* Puts base bits 23..0 and 31..24 where a descriptor has them. */
static uint64_t descriptor_base(uintptr_t base)
{
    return (uint64_t)(base & 0xffffff) << 16 | (uint64_t)(base >> 24) << 56;
}

void az_gate_set(unsigned vector, uintptr_t entry)
{
    idt[vector] = (struct gate){
        .offset_low = (uint16_t)entry,
        .selector = SELECTOR_CODE,
        .type = GATE_INTERRUPT,
        .offset_high = (uint16_t)(entry >> 16),
    };
}

/* musl keeps the thread pointer in GS: a segment with it as base. */
void az_arch_set_thread_pointer(void *pointer)
{
    az_gdt[SELECTOR_THREAD / 8] = SEGMENT_DATA | descriptor_base((uintptr_t)pointer);
    __asm__ volatile("movw %w0, %%gs" ::"r"(SELECTOR_THREAD) : "memory");
}

/* Runs as a task of its own, the interrupted one's registers being in main_tss. */
void az_double_fault_panic(void)
{
    struct az_trap_frame frame = {
        .edi = main_tss.edi, .esi = main_tss.esi, .ebp = main_tss.ebp, .ebx = main_tss.ebx,
        .edx = main_tss.edx, .ecx = main_tss.ecx, .eax = main_tss.eax,
        .vector = AZ_TRAP_DOUBLE_FAULT,
        .ip = main_tss.eip, .cs = main_tss.cs, .flags = main_tss.eflags,
    };
    uintptr_t guard = (uintptr_t)az_stack_guard;
    if (main_tss.esp - guard <= AZ_PAGE_BYTES)
        az_panic_trap(&frame, "stack overflow: the main stack has %u KiB (STACK_KIB)", (unsigned)CONFIG_STACK_KIB);
    az_panic_trap(&frame, "double fault, stack pointer %p", (void *)main_tss.esp);
}

void az_arch_init(void)
{
    const uint32_t mxcsr = 0x1f80;
    uint32_t cr3;
    __asm__ volatile("mov %%cr3, %0" : "=r"(cr3));
    main_tss.io_map = fault_tss.io_map = sizeof main_tss;
    fault_tss.cr3 = cr3;
    fault_tss.eip = (uintptr_t)az_double_fault;
    fault_tss.esp = (uintptr_t)panic_stack + sizeof panic_stack;
    fault_tss.eflags = 2;
    fault_tss.cs = SELECTOR_CODE;
    fault_tss.ds = fault_tss.es = fault_tss.ss = SELECTOR_DATA;
    az_gdt[SELECTOR_TSS / 8] = SEGMENT_TSS | (sizeof main_tss - 1) | descriptor_base((uintptr_t)&main_tss);
    az_gdt[SELECTOR_FAULT_TSS / 8] = SEGMENT_TSS | (sizeof fault_tss - 1) | descriptor_base((uintptr_t)&fault_tss);

    for (unsigned vector = 0; vector < AZ_TRAP_EXCEPTIONS; vector++)
        az_gate_set(vector, (uintptr_t)az_exception_stubs + STUB_BYTES * vector);
    idt[AZ_TRAP_DOUBLE_FAULT] = (struct gate){.selector = SELECTOR_FAULT_TSS, .type = GATE_TASK};

    struct table_pointer idt_pointer = {sizeof idt - 1, idt};
    __asm__ volatile("lidt %0; ltr %w1" ::"m"(idt_pointer), "r"(SELECTOR_TSS) : "memory");
    __asm__ volatile("fninit; ldmxcsr %0" ::"m"(mxcsr));
}
