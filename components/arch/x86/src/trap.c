/*
 * What becomes of an exception: a missing part of the physical map or of the app's memory is filled in, an access through
 * az/user.h goes on at its fixup, an interrupt without a gate is counted; everything else is the end, with the registers told.
 *
 * General registers only: SSE state of the interrupted code is saved before anything that may use it.
 */
#include <az/arch.h>
#include <az/layout.h>
#include <az/log.h>
#include <az/panic.h>
#include <az/x86.h>

#define FAULT_PRESENT 1u
#define FAULT_WRITE 2u
#define FAULT_EXECUTE 16u
#define CODE_IS_VECTOR 2u      /* in the error code of #NP and #GP: what was wrong is a gate of the IDT */
#define OPCODE_INT 0xcdu

/* By number, each ended by a NUL. */
static const char names[] = "division by zero\0" "debug exception\0" "non-maskable interrupt\0" "breakpoint\0" "overflow\0"
                            "bound exceeded\0" "invalid instruction\0" "no FPU\0" "double fault\0" "\0" "invalid TSS\0"
                            "segment not present\0" "stack fault\0" "general protection fault\0" "page fault\0" "\0"
                            "floating-point error\0" "misaligned access\0" "machine check\0" "SIMD floating-point error";
#define NAMED 20u

static const char *name_of(unsigned vector)
{
    const char *name = names;
    for (unsigned i = 0; i < vector && vector < NAMED; i++) {
        while (*name++)
            ;
    }
    return vector < NAMED ? name : "";
}

static uint32_t spurious_interrupts;

AZ_WEAK bool az_vm_fault(uintptr_t address, bool write, bool execute)
{
    (void)address, (void)write, (void)execute;
    return false;
}

/* az_vm_fault() with the interrupted code's SSE registers kept. They, not AVX's upper halves: the kernel has no AVX code. */
static AZ_NOINLINE bool vm_fault(uintptr_t address, uintptr_t error)
{
    AZ_ALIGNED(16) uint8_t registers[512];
    __asm__ volatile("fxsave %0" : "=m"(registers));
    bool mapped = az_vm_fault(address, error & FAULT_WRITE, error & FAULT_EXECUTE);
    __asm__ volatile("fxrstor %0" ::"m"(registers));
    return mapped;
}

static AZ_NORETURN void page_fault_panic(struct az_trap_frame *frame, uintptr_t address)
{
    const char *access = frame->error & FAULT_EXECUTE ? "execution" : frame->error & FAULT_WRITE ? "write" : "read";
    uintptr_t guard = (uintptr_t)az_stack_guard;
    if (address - guard < AZ_PAGE_BYTES)
        az_panic_trap(frame, "stack overflow: the main stack has %u KiB (STACK_KIB)", (unsigned)CONFIG_STACK_KIB);
    if (address < AZ_PAGE_BYTES)
        az_panic_trap(frame, "%s through a NULL pointer, at address %p", access, (void *)address);
    if (frame->error & FAULT_PRESENT)
        az_panic_trap(frame, "%s at address %p, where that is not allowed", access, (void *)address);
    az_panic_trap(frame, "%s at address %p, where there is no memory", access, (void *)address);
}

/* A device interrupted on a vector without a gate; not an `int` instruction, which would only be run again. */
static bool is_spurious_interrupt(const struct az_trap_frame *frame)
{
    return frame->error & CODE_IS_VECTOR && *(const uint8_t *)frame->ip != OPCODE_INT;
}

void az_trap(struct az_trap_frame *frame)
{
    uintptr_t address = 0, ip = frame->ip;
    if (frame->vector == AZ_TRAP_PAGE_FAULT) {
        __asm__ volatile("mov %%cr2, %0" : "=r"(address));
        if (!(frame->error & FAULT_PRESENT) && az_phys_fault(address))
            return;
        if (address < AZ_APP_END && vm_fault(address, frame->error))
            return;
    }
    bool protection = frame->vector == AZ_TRAP_PROTECTION || frame->vector == AZ_TRAP_NOT_PRESENT;
    if (protection && is_spurious_interrupt(frame)) {
        spurious_interrupts++;
        return;
    }
    if ((frame->vector == AZ_TRAP_PAGE_FAULT || protection) && az_extable_fixup(&ip)) {
        frame->ip = ip;
        return;
    }
    if (frame->vector == AZ_TRAP_PAGE_FAULT)
        page_fault_panic(frame, address);
    unsigned vector = (unsigned)frame->vector;
    az_panic_trap(frame, "%s (exception %u, code 0x%x)", name_of(vector), vector, (unsigned)frame->error);
}
