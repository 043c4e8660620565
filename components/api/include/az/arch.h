/* The processor: what differs between x86_64 and i386, or cannot be said in C. Provided by arch/x86. */
#ifndef AZ_ARCH_H
#define AZ_ARCH_H

#include <az/base.h>

/* -- Port I/O, MMIO ------------------------------------------------------------------------------------ */

AZ_ALWAYS_INLINE void az_out8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" ::"a"(value), "Nd"(port));
}
AZ_ALWAYS_INLINE void az_out16(uint16_t port, uint16_t value)
{
    __asm__ volatile("outw %0, %1" ::"a"(value), "Nd"(port));
}
AZ_ALWAYS_INLINE void az_out32(uint16_t port, uint32_t value)
{
    __asm__ volatile("outl %0, %1" ::"a"(value), "Nd"(port));
}
AZ_ALWAYS_INLINE uint8_t az_in8(uint16_t port)
{
    uint8_t value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}
AZ_ALWAYS_INLINE uint16_t az_in16(uint16_t port)
{
    uint16_t value;
    __asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}
AZ_ALWAYS_INLINE uint32_t az_in32(uint16_t port)
{
    uint32_t value;
    __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

/* -- Interrupts of this CPU ---------------------------------------------------------------------------- */

#define AZ_EFLAGS_IF 0x200u

AZ_ALWAYS_INLINE uintptr_t az_flags_read(void)
{
    uintptr_t flags;
    __asm__ volatile("pushf; pop %0" : "=r"(flags)::"memory");
    return flags;
}
AZ_ALWAYS_INLINE void az_interrupts_off(void)
{
    __asm__ volatile("cli" ::: "memory");
}
AZ_ALWAYS_INLINE void az_interrupts_on(void)
{
    __asm__ volatile("sti" ::: "memory");
}
/* Turns interrupts off and returns the state before, for az_interrupts_restore(). */
AZ_ALWAYS_INLINE uintptr_t az_interrupts_save(void)
{
    uintptr_t flags = az_flags_read();
    az_interrupts_off();
    return flags;
}
AZ_ALWAYS_INLINE void az_interrupts_restore(uintptr_t flags)
{
    if (flags & AZ_EFLAGS_IF)
        az_interrupts_on();
}
/* Turns interrupts on, sleeps until one has been handled, turns them off again. No wake-up is lost in between. */
AZ_ALWAYS_INLINE void az_cpu_sleep(void)
{
    __asm__ volatile("sti; hlt; cli" ::: "memory");
}
AZ_ALWAYS_INLINE void az_cpu_relax(void)
{
    __asm__ volatile("pause" ::: "memory");
}

/* -- CPUID, MSR, TSC ----------------------------------------------------------------------------------- */

struct az_cpuid {
    uint32_t eax, ebx, ecx, edx;
};
/* The caller has checked the largest leaf (leaf 0 or 0x80000000): above it the answer is garbage. */
AZ_ALWAYS_INLINE struct az_cpuid az_cpuid(uint32_t leaf, uint32_t subleaf)
{
    struct az_cpuid r;
    __asm__ volatile("cpuid" : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx) : "a"(leaf), "c"(subleaf));
    return r;
}
AZ_ALWAYS_INLINE uint64_t az_tsc_read(void)
{
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}
AZ_ALWAYS_INLINE uint64_t az_msr_read(uint32_t msr)
{
    uint32_t low, high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return (uint64_t)high << 32 | low;
}
AZ_ALWAYS_INLINE void az_msr_write(uint32_t msr, uint64_t value)
{
    __asm__ volatile("wrmsr" ::"a"((uint32_t)value), "d"((uint32_t)(value >> 32)), "c"(msr) : "memory");
}

/* Descriptor tables, exceptions, FPU. Called by the boot stub before any other C. Context: early. */
void az_arch_init(void);

/* -- Thread pointer, stacks ---------------------------------------------------------------------------- */

/* Makes `pointer` the app's thread pointer: FS base on x86_64, a GDT slot loaded into GS on i386. Context: thread. */
void az_arch_set_thread_pointer(void *pointer);

/* The thread pointer. The ABI of thread-local storage has the word it points at hold its own address. Context: thread. */
AZ_ALWAYS_INLINE void *az_arch_thread_pointer(void)
{
    void *pointer;
#ifdef __x86_64__
    __asm__ volatile("mov %%fs:0, %0" : "=r"(pointer));
#else
    __asm__ volatile("mov %%gs:0, %0" : "=r"(pointer));
#endif
    return pointer;
}

/* -- Contexts: what switches between threads, whatever a thread is ---------------------------------------- */

/* A context on the stack that ends at `stack_top`, which calls entry(arg) when it is switched to; entry must not return. */
AZ_MUST_USE void *az_context_new(void *stack_top, void (*entry)(void *), void *arg);
/*
 * Leaves the context at hand, stored in `out_from`, and goes on in `to`; returns when someone switches to what was stored. Keeps
 * what a call keeps and the control words of SSE and x87; the thread pointer is the caller's business. Context: thread.
 */
void az_context_switch(void **out_from, void *to);

/*
 * Stores up to `max` return addresses into `out`, innermost first, following frame pointers from `frame` (NULL: the
 * caller). Reads with az_user_copy_in(), so a broken chain ends it. Returns how many. Context: any.
 */
size_t az_arch_backtrace(const void *frame, uintptr_t *out, size_t max);

/* Calls entry(arg) on the stack that ends at `stack_top`; never returns. Context: early, thread. */
AZ_NORETURN void az_arch_call_on_stack(void *stack_top, void (*entry)(void *), void *arg);

/* -- Exceptions and interrupts ------------------------------------------------------------------------- */

/* Saved registers of an interrupted context. Full layout: arch/x86/include/az/trap_frame.h. */
struct az_trap_frame;

/*
 * Claims vector `vector` (32 to 255) for handler(vector, arg), run with interrupts off on the interrupt stack.
 * An interrupt on a vector nobody claimed is counted and dropped. Context: thread, interrupts off.
 * Errors: -EBUSY when taken, -ENOSPC when az_vector_alloc() finds none.
 */
typedef void az_vector_handler(unsigned vector, void *arg);
AZ_MUST_USE int az_vector_claim(unsigned vector, az_vector_handler *handler, void *arg);
/* Finds a free vector from 48 up, claims it, and stores it in `out_vector`. */
AZ_MUST_USE int az_vector_alloc(az_vector_handler *handler, void *arg, unsigned *out_vector);
/*
 * Claims `vector` for code of one's own: `entry` finds registers and stack as the processor leaves them, and ends with iret.
 * Context: early, thread. Errors: -EBUSY when taken.
 */
AZ_MUST_USE int az_vector_claim_entry(unsigned vector, void (*entry)(void));

/*
 * Called by the #PF handler for an address in the app's half, before fixups: a system call may touch memory that is not filled
 * in yet. True: mapped, retry the instruction. Weak default in arch/x86: false. mm/vm overrides it. `write`, `execute`: what
 * the access was.
 */
bool az_vm_fault(uintptr_t address, bool write, bool execute);

#endif
