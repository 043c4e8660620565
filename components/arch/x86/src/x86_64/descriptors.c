/* GDT, TSS and IDT: Intel SDM volume 3, chapters 3, 6 and 8. Flat segments, one privilege level, a stack per kind of vector. */
#include <az/arch.h>
#include <az/x86.h>

#define SEGMENT_CODE64 0x00af9b000000ffffull
#define SEGMENT_DATA 0x00cf93000000ffffull
#define SEGMENT_TSS64 0x0000890000000000ull
#define GATE_INTERRUPT 0x8e
#define STUB_BYTES 4u /* of az_exception_stubs */

enum { SELECTOR_CODE = 8, SELECTOR_TSS = 24 };
enum { STACK_FAULT = 1, STACK_FATAL = 2, STACK_DEVICE = 3 };

#define FAULT_LEVELS 4
#define LEVEL_BYTES 4096

struct tss {
    uint32_t reserved0;
    uint64_t rsp[3];
    uint64_t reserved1;
    uint64_t ist[7];
    uint64_t reserved2;
    uint16_t reserved3, io_map;
} __attribute__((packed));
static_assert(sizeof(struct tss) == 104, "SDM volume 3, figure 8-11");

struct gate {
    uint16_t offset_low, selector;
    uint8_t stack, type;
    uint16_t offset_middle;
    uint32_t offset_high, reserved;
};
static_assert(sizeof(struct gate) == 16, "SDM volume 3, figure 6-8");

struct table_pointer {
    uint16_t limit;
    const void *base;
} __attribute__((packed));

extern uint64_t az_gdt[5]; /* the boot stub loads it */
extern struct tss az_tss;  /* trap_entry.S moves ist[0] */
extern const char az_exception_stubs[];

AZ_ALIGNED(8) uint64_t az_gdt[5] = {0, SEGMENT_CODE64, SEGMENT_DATA, 0, 0};
AZ_ALIGNED(16) struct tss az_tss;
static AZ_ALIGNED(16) struct gate idt[256];
static AZ_ALIGNED(16) uint8_t fault_stacks[FAULT_LEVELS * LEVEL_BYTES];
static AZ_ALIGNED(16) uint8_t fatal_stack[LEVEL_BYTES];
static AZ_ALIGNED(16) uint8_t device_stack[2 * LEVEL_BYTES];

static void gate_set(unsigned vector, uintptr_t entry, uint8_t stack)
{
    idt[vector] = (struct gate){
        .offset_low = (uint16_t)entry,
        .selector = SELECTOR_CODE,
        .stack = stack,
        .type = GATE_INTERRUPT,
        .offset_middle = (uint16_t)(entry >> 16),
        .offset_high = (uint32_t)(entry >> 32),
    };
}

void az_gate_set(unsigned vector, uintptr_t entry)
{
    az_tss.ist[STACK_DEVICE - 1] = (uintptr_t)device_stack + sizeof device_stack;
    gate_set(vector, entry, STACK_DEVICE);
}

/* AVX for apps that look for it: Intel SDM volume 1, section 13. The kernel itself keeps to SSE2. */
static void fpu_init(void)
{
    const uint32_t xsave = 1u << 26, avx = 1u << 28;
    const uint32_t mxcsr = 0x1f80;
    uint32_t features = az_cpuid(1, 0).ecx;
    __asm__ volatile("fninit; ldmxcsr %0" ::"m"(mxcsr));
    if (!(features & xsave))
        return;
    uintptr_t cr4;
    __asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
    __asm__ volatile("mov %0, %%cr4" ::"r"(cr4 | 1u << 18)); /* OSXSAVE */
    uint32_t components = features & avx ? 7 : 3;            /* x87, SSE, AVX */
    __asm__ volatile("xsetbv" ::"a"(components), "d"(0), "c"(0));
}

void az_arch_init(void)
{
    uintptr_t tss = (uintptr_t)&az_tss;
    az_tss.ist[STACK_FAULT - 1] = (uintptr_t)fault_stacks + sizeof fault_stacks;
    az_tss.ist[STACK_FATAL - 1] = (uintptr_t)fatal_stack + sizeof fatal_stack;
    az_tss.io_map = sizeof az_tss;
    az_gdt[3] = SEGMENT_TSS64 | (sizeof az_tss - 1) | (tss & 0xffffff) << 16 | (tss >> 24 & 0xff) << 56;
    az_gdt[4] = tss >> 32;

    for (unsigned vector = 0; vector < AZ_TRAP_EXCEPTIONS; vector++)
        gate_set(vector, (uintptr_t)az_exception_stubs + STUB_BYTES * vector, STACK_FAULT);
    idt[AZ_TRAP_DOUBLE_FAULT].stack = STACK_FATAL;
    idt[AZ_TRAP_NMI].stack = STACK_FATAL;

    struct table_pointer gdt_pointer = {sizeof az_gdt - 1, az_gdt}, idt_pointer = {sizeof idt - 1, idt};
    __asm__ volatile("lgdt %0; lidt %1; ltr %w2" ::"m"(gdt_pointer), "m"(idt_pointer), "r"(SELECTOR_TSS) : "memory");
    fpu_init();
}
