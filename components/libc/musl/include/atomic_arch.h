/*
 * musl's atomics of the architecture, but for a_crash(): it halts the processor there, which in ring 0 stops the
 * machine in silence. An invalid opcode becomes a panic with a stack.
 */
#include_next "atomic_arch.h"

#undef a_crash
#define a_crash az_invalid_opcode
static inline void az_invalid_opcode(void)
{
    __asm__ volatile("ud2" ::: "memory");
}
