/* The registers of a trap frame, named for a panic. */
#include <az/panic.h>
#include <az/x86.h>

size_t az_arch_registers(const struct az_trap_frame *frame, struct az_register *out)
{
    const struct az_register registers[] = {
        {"rip", frame->ip},  {"rflags", frame->flags}, {"rsp", frame->sp}, {"rbp", frame->rbp}, {"rax", frame->rax},
        {"rbx", frame->rbx}, {"rcx", frame->rcx},      {"rdx", frame->rdx}, {"rsi", frame->rsi}, {"rdi", frame->rdi},
        {"r8", frame->r8},   {"r9", frame->r9},        {"r10", frame->r10}, {"r11", frame->r11}, {"r12", frame->r12},
        {"r13", frame->r13}, {"r14", frame->r14},      {"r15", frame->r15},
    };
    static_assert(AZ_ARRAY_LENGTH(registers) <= AZ_REGISTERS_MAX, "a panic has room for all");
    for (size_t i = 0; i < AZ_ARRAY_LENGTH(registers); i++)
        out[i] = registers[i];
    return AZ_ARRAY_LENGTH(registers);
}
