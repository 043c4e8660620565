/* What a panic needs from the processor's side. az_panic() itself is in az/log.h. */
#ifndef AZ_PANIC_H
#define AZ_PANIC_H

#include <az/base.h>

struct az_trap_frame;

/* az_panic() for an exception: the stack and registers are those of `frame`. Provided by core. Context: any. */
AZ_NORETURN void az_panic_trap(const struct az_trap_frame *frame, const char *format, ...) AZ_PRINTF(2, 3);

/* The image's build id, as ld computed it from its content; returns its length, 0 when there is none. Context: any. */
size_t az_build_id(const uint8_t **out);

/* -- Provided by arch ---------------------------------------------------------------------------------- */

#define AZ_REGISTERS_MAX 18

struct az_register {
    const char *name;
    uintptr_t value;
};
/* Stores the frame's general registers into `out`, which has room for AZ_REGISTERS_MAX; returns how many. Context: any. */
size_t az_arch_registers(const struct az_trap_frame *frame, struct az_register *out);
/* As az_arch_backtrace(), beginning with the instruction that was interrupted. Context: any. */
size_t az_arch_trap_backtrace(const struct az_trap_frame *frame, uintptr_t *out, size_t max);

#endif
