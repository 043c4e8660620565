import { sectionBytes, SHF, ByteView, type Elf, type ElfSection } from '../object/index.ts'
import { rangeAt, type Image } from './image.ts'
import { instructionLength, LEGACY_PREFIXES } from './x86-length.ts'

/** An instruction that asks a kernel for a system call. */
export interface KernelEntry {
  readonly opcode: 'syscall' | 'sysenter' | 'int 0x80'
  readonly address: bigint
  /** The function it is in, or the section where no symbol covers it. */
  readonly symbol: string
}

const PATTERNS = [
  { first: 0x0f, second: 0x05, opcode: 'syscall' },
  { first: 0x0f, second: 0x34, opcode: 'sysenter' },
  { first: 0xcd, second: 0x80, opcode: 'int 0x80' },
] as const

/**
 * Finds `syscall`, `sysenter` and `int 0x80` instructions in the code of an image. The two bytes may also stand
 * inside another instruction (`mov $0x50f,%eax`): where they occur, the function is measured instruction by
 * instruction from its start. Bytes that cannot be measured count as found. `is32` tells 32-bit code in a 64-bit
 * image (the boot stub).
 */
export function findKernelEntries(
  image: Image,
  is32: (address: bigint) => boolean = () => false,
): readonly KernelEntry[] {
  const found: KernelEntry[] = []
  for (const section of image.elf.sections) {
    if (!(section.flags & SHF.EXECINSTR)) continue
    const view = new ByteView(sectionBytes(image.elf, section) ?? new Uint8Array(0))
    for (let at = 0; at + 1 < view.length; at++) {
      const hit = PATTERNS.find((one) => one.first === view.bytes[at] && one.second === view.bytes[at + 1])
      if (!hit) continue
      const address = section.address + BigInt(at)
      const range = rangeAt(image, address)
      const start = range ? Number(range.start - section.address) : 0
      if (!startsInstruction(view, Math.max(0, start), at, bitsAt(image.elf, section, start, is32))) continue
      found.push({ opcode: hit.opcode, address, symbol: range?.name ?? section.name })
    }
  }
  return found
}

function bitsAt(elf: Elf, section: ElfSection, start: number, is32: (address: bigint) => boolean): 32 | 64 {
  return elf.bits === 32 || is32(section.address + BigInt(start)) ? 32 : 64
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
