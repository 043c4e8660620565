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

/* The names of a trap frame's words, in their order, one blank between them. */
extern const char az_trap_frame_names[];
/* As az_arch_backtrace(), beginning with the instruction that was interrupted. Context: any. */
size_t az_arch_trap_backtrace(const struct az_trap_frame *frame, uintptr_t *out, size_t max);

#endif
