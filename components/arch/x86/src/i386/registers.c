/* The registers of a trap frame, named for a panic. */
#include <az/panic.h>
#include <az/x86.h>

size_t az_arch_registers(const struct az_trap_frame *frame, struct az_register *out)
{
    const struct az_register registers[] = {
        {"eip", frame->ip},  {"eflags", frame->flags}, {"esp", AZ_TRAP_STACK_POINTER(frame)}, {"ebp", frame->ebp},
        {"eax", frame->eax}, {"ebx", frame->ebx},      {"ecx", frame->ecx},
        {"edx", frame->edx}, {"esi", frame->esi},      {"edi", frame->edi},
    };
    static_assert(AZ_ARRAY_LENGTH(registers) <= AZ_REGISTERS_MAX, "a panic has room for all");
    for (size_t i = 0; i < AZ_ARRAY_LENGTH(registers); i++)
        out[i] = registers[i];
    return AZ_ARRAY_LENGTH(registers);
}
