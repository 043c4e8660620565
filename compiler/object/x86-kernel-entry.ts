import type { ByteView } from './view.ts'
import { instructionLength, LEGACY_PREFIXES } from './x86-instruction.ts'

/** An instruction that asks a kernel for a system call. */
export interface KernelEntry {
  readonly opcode: 'syscall' | 'sysenter' | 'int 0x80'
  /** Where its two bytes lie, behind prefixes. */
  readonly offset: number
}

/** The instruction that the trap door of each flavour answers. */
export const doorOpcode = {
  x86_64: 'syscall',
  i386: 'int 0x80',
} as const satisfies Record<string, KernelEntry['opcode']>

const PATTERNS = [
  { first: 0x0f, second: 0x05, opcode: 'syscall' },
  { first: 0x0f, second: 0x34, opcode: 'sysenter' },
  { first: 0xcd, second: 0x80, opcode: 'int 0x80' },
] as const

/**
 * Finds `syscall`, `sysenter` and `int 0x80` in code. The two bytes may also stand inside another instruction
 * (`mov $0x50f,%eax`): where they occur, the code is measured instruction by instruction from the start that `startOf` gives,
 * a function's. Bytes that cannot be measured count as found.
 */
export function kernelEntries(
  view: ByteView,
  startOf: (offset: number) => number,
  bitsAt: (start: number) => 32 | 64,
): readonly KernelEntry[] {
  const found: KernelEntry[] = []
  for (let offset = 0; offset + 1 < view.length; offset++) {
    const hit = PATTERNS.find(
      (one) => one.first === view.bytes[offset] && one.second === view.bytes[offset + 1],
    )
    if (!hit) continue
    const start = startOf(offset)
    if (startsInstruction(view, start, offset, bitsAt(start))) found.push({ opcode: hit.opcode, offset })
  }
  return found
}

/** True when the instruction at `target`, prefixes aside, begins there, or the way from `start` cannot be measured. */
function startsInstruction(view: ByteView, start: number, target: number, bits: 32 | 64): boolean {
  let at = start
  for (;;) {
    const length = instructionLength(view, at, bits)
    if (length === 0) return true
    if (at + length > target) break
    at += length
  }
  return view.bytes.subarray(at, target).every((byte) => isPrefix(byte, bits))
}

function isPrefix(byte: number, bits: 32 | 64): boolean {
  return LEGACY_PREFIXES.has(byte) || (bits === 64 && (byte & 0xf0) === 0x40)
}
