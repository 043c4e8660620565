import { InvariantError } from '../../diag/index.ts'

/** What a processor holds: general registers by their 64-bit names on x86_64 (`rax`), by their 32-bit names on i386 (`eax`). */
export interface GdbRegisters {
  readonly arch: 'i386' | 'x86_64'
  readonly programCounter: bigint
  readonly stackPointer: bigint
  readonly framePointer: bigint
  readonly flags: number
  readonly general: Readonly<Record<string, bigint>>
}

/** In the order of QEMU's gdb-xml/i386-32bit.xml and i386-64bit.xml. */
const names32 = ['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi', 'eip'] as const
const names64 = [
  ...['rax', 'rbx', 'rcx', 'rdx', 'rsi', 'rdi', 'rbp', 'rsp'],
  ...['r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15', 'rip'],
] as const

/** Bytes of an answer to `g`: qemu-system-i386 sends some 340, qemu-system-x86_64 some 600. */
const bytes64Min = 500

/** The answer to `g`. It is the program that decides the layout, not the mode that the processor is in. */
export function parseGdbRegisters(hex: string): GdbRegisters {
  if (!/^[0-9a-fx]+$/i.test(hex) || hex.length < 2 * 64)
    throw new InvariantError(`QEMU's gdb stub sends no registers: "${hex}"`)
  const wide = hex.length >= 2 * bytes64Min
  const width = wide ? 8 : 4
  const names: readonly string[] = wide ? names64 : names32
  const valueAt = (byte: number, bytes: number): bigint =>
    BigInt(
      `0x${hex
        .slice(2 * byte, 2 * (byte + bytes))
        .match(/../g)!
        .reverse()
        .join('')
        .replaceAll('x', '0')}`,
    )
  const all = Object.fromEntries(names.map((name, index) => [name, valueAt(index * width, width)]))
  const { [wide ? 'rip' : 'eip']: programCounter, ...general } = all
  return {
    arch: wide ? 'x86_64' : 'i386',
    programCounter: programCounter!,
    stackPointer: all[wide ? 'rsp' : 'esp']!,
    framePointer: all[wide ? 'rbp' : 'ebp']!,
    flags: Number(valueAt(names.length * width, 4)),
    general,
  }
}
