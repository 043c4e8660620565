import { decodeInstruction, SHF, type ByteView, type Instruction } from '../../object/index.ts'
import { immediateOf } from './constants.ts'
import type { ObjectFile } from './object-file.ts'
import { pcBias } from './reach.ts'

/** R_X86_64_PC64; i386 has no relocation of this number to code. */
const PC64 = 24

/** An instruction in its place. */
export interface Placed {
  /** Into the section. */
  readonly at: number
  readonly one: Instruction
  /** Its immediate, where that is no matter of the linker's. */
  readonly immediate: number | undefined
  /** Where it may jump to within the section, as its bytes say. */
  readonly target: number | undefined
  /** Control may go on after it. */
  readonly fallsThrough: boolean
}

/** The code of a section. */
export interface Code {
  readonly instructions: readonly Placed[]
  /** Where control may arrive from outside: symbols, and what relocations or instructions take the address of. */
  readonly entries: ReadonlySet<number>
}

/**
 * Reads a section's code whole; `undefined` when that cannot be done for certain: an instruction that is none, or reaches over a place
 * where control arrives; or a jump by a table of distances, which does not tell where they count from.
 */
export function readCode(
  file: ObjectFile,
  section: number,
  view: ByteView,
  symbols: ReadonlySet<number>,
): Code | undefined {
  const { bits } = file.elf
  const relocated = new Set(file.relocationsOf(section).map(({ offset }) => offset))
  const instructions: Placed[] = []
  const { entries, distances } = takenAddresses(file, section)
  for (const symbol of symbols) entries.add(symbol)
  for (let at = 0; at < view.length; at += instructions.at(-1)!.one.length) {
    const one = decodeInstruction(view, at, bits)
    if (!one) return undefined
    const { opcode, modrm = 0 } = one
    const end = at + one.length
    const immediate = relocated.has(at + one.immediate.offset) ? undefined : immediateOf(view, at, one)
    const target = isBranch(opcode) && immediate !== undefined ? end + immediate : undefined
    const indirect = opcode === 0xff && (modrm & 0x30) === 0x20
    if (indirect && distances) return undefined
    // The address of a label nearby, relative to the instruction's end: lea, and what a call pushes.
    if (bits === 64 && opcode === 0x8d && (modrm & 0xc7) === 5) entries.add(end + view.i32(end - 4))
    if (opcode === 0xe8 && target !== undefined) entries.add(target)
    instructions.push({ at, one, immediate, target, fallsThrough: !indirect && !isEnd(opcode) })
  }
  const starts = new Set(instructions.map(({ at }) => at))
  const inside = (place: number): boolean => place >= 0 && place < view.length
  const places = [...entries, ...instructions.flatMap(({ target }) => target ?? [])]
  return places.every((place) => starts.has(place) || !inside(place)) ? { instructions, entries } : undefined
}

/** The places in a section that the relocations of its file point at, and whether some are distances to a place unknown. */
function takenAddresses(file: ObjectFile, section: number): { entries: Set<number>; distances: boolean } {
  const entries = new Set<number>()
  let distances = false
  for (const { index, name, flags } of file.elf.sections) {
    if (name === '.eh_frame') continue
    for (const relocation of file.relocationsOf(index)) {
      const symbol = file.symbols[relocation.symbol]
      if (symbol?.section !== section) continue
      const bias = pcBias(file, relocation)
      if ((bias !== 0 || relocation.type === PC64) && !(flags & SHF.EXECINSTR)) distances = true
      else entries.add(Number(symbol.value) + relocation.addend + bias)
    }
  }
  return { entries, distances }
}

function isBranch(opcode: Instruction['opcode']): boolean {
  if (opcode === 'vector') return false
  return (
    (opcode >= 0x70 && opcode <= 0x7f) ||
    (opcode >= 0x0f80 && opcode <= 0x0f8f) ||
    (opcode >= 0xe0 && opcode <= 0xe3) ||
    opcode === 0xe8 ||
    opcode === 0xe9 ||
    opcode === 0xeb
  )
}

/** Jumps, returns and `ud2`. */
function isEnd(opcode: Instruction['opcode']): boolean {
  return [0xe9, 0xeb, 0xc2, 0xc3, 0xca, 0xcb, 0xcf, 0x0f0b].includes(opcode as number)
}
