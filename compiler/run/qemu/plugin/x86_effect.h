/* Tells calls, returns and loads of the stack pointer from other x86 instructions: Intel SDM volume 2, chapter 2 and appendix A. */
#ifndef AZ_X86_EFFECT_H
#define AZ_X86_EFFECT_H

#include "qemu_api.h"

/* What an instruction does to the stack of calls. */
enum effect { EFFECT_NONE, EFFECT_CALL, EFFECT_RETURN, EFFECT_TRAP_RETURN, EFFECT_SWITCH };

/* What an x86 instruction of `size` bytes does. A byte 0x40 to 0x4f is a prefix in 64-bit code, else it stands alone. */
static enum effect effect_of(const u8 *bytes, size_t size)
{
    size_t at = 0;
    u8 rex = 0;
    for (; at + 1 < size; at++) {
        u8 byte = bytes[at];
        if ((byte & 0xf0) == 0x40)
            rex = byte;
        else if (byte != 0x66 && byte != 0x67 && byte != 0xf2 && byte != 0xf3 && byte != 0x2e && byte != 0x36 &&
                 byte != 0x3e && byte != 0x26 && byte != 0x64 && byte != 0x65)
            break;
    }
    u8 modrm = at + 1 < size ? bytes[at + 1] : 0;
    u8 sib = at + 2 < size ? bytes[at + 2] : 0;
    u8 mod = modrm >> 6, reg = modrm >> 3 & 7, rm = modrm & 7;
    const u8 sp = 4, bp = 5; /* rsp and rbp when their REX bit is clear */
    _Bool reg_is_sp = reg == sp && !(rex & 4);
    switch (bytes[at]) {
    case 0xe8: /* call rel; to the next instruction, only to learn where that is, it is none */
        return at + 4 < size && (modrm | sib | bytes[at + 3] | bytes[at + 4]) == 0 ? EFFECT_NONE : EFFECT_CALL;
    case 0xff: /* call r/m */
        return reg == 2 ? EFFECT_CALL : EFFECT_NONE;
    case 0xc2: /* ret imm16 */
    case 0xc3: /* ret */
        return EFFECT_RETURN;
    case 0xcf: /* iret */
        return EFFECT_TRAP_RETURN;
    case 0x89: /* mov reg, r/m */
        return mod == 3 && rm == sp && !(rex & 1) && !(reg == bp && !(rex & 4)) ? EFFECT_SWITCH : EFFECT_NONE;
    case 0x8b: /* mov r/m, reg */
        return reg_is_sp && !(mod == 3 && rm == bp && !(rex & 1)) ? EFFECT_SWITCH : EFFECT_NONE;
    case 0x8d: { /* lea: from rsp or rbp it stays on the same stack */
        u8 base = rm == 4 ? sib & 7 : rm;
        return reg_is_sp && !((base == sp || base == bp) && !(rex & 1)) ? EFFECT_SWITCH : EFFECT_NONE;
    }
    case 0x5c: /* pop rsp */
    case 0x94: /* xchg rax, rsp */
        return rex & 1 ? EFFECT_NONE : EFFECT_SWITCH;
    case 0x87: /* xchg r/m, reg */
        return reg_is_sp || (mod == 3 && rm == sp && !(rex & 1)) ? EFFECT_SWITCH : EFFECT_NONE;
    default:
        return EFFECT_NONE;
    }
}

#endif
