import { decodeInstruction, SHF, type ByteView, type Instruction } from '../../object/index.ts'
import { Constants, immediateOf } from './constants.ts'
import type { ObjectFile } from './object-file.ts'
import { pcBias } from './reach.ts'

/** An instruction, and where in its section it begins. */
interface Placed {
  readonly at: number
  readonly one: Instruction
}

/**
 * The numbers that the kernel entries of a section ask for, by the offset of the entry's two bytes: the accumulator is followed
 * in straight lines, and forgotten wherever control may arrive from elsewhere. What is not in the result is not decided; nothing is
 * when the section's code cannot be read whole. `starts` are the offsets of its symbols.
 */
export function trapNumbers(
  file: ObjectFile,
  section: number,
  view: ByteView,
  starts: ReadonlySet<number>,
): ReadonlyMap<number, number> {
  const numbers = new Map<number, number>()
  const code = readCode(view, file.elf.bits, starts)
  const arrivals = code && arrivalsIn(file, section, view, code)
  if (!code || !arrivals) return numbers
  const constants = new Constants(file.elf.bits)
  const relocated = relocatedIn(file, section)
  for (const { at, one } of code) {
    if (starts.has(at) || arrivals.has(at)) constants.forget()
    const number = constants.accumulator
    if (isEntry(view, at, one) && number !== undefined) numbers.set(at + one.length - 2, number)
    constants.run(one, relocated(at, one) ? undefined : immediateOf(view, at, one))
  }
  return numbers
}

function isEntry(view: ByteView, at: number, one: Instruction): boolean {
  return one.opcode === 0x0f05 || (one.opcode === 0xcd && immediateOf(view, at, one) === -0x80)
}

/** Every instruction in order; `undefined` when one cannot be decoded or reaches over a symbol. */
function readCode(view: ByteView, bits: 32 | 64, starts: ReadonlySet<number>): readonly Placed[] | undefined {
  const code: Placed[] = []
  let at = 0
  while (at < view.length) {
    const one = decodeInstruction(view, at, bits)
    if (!one) return undefined
    for (let inside = at + 1; inside < at + one.length; inside++) if (starts.has(inside)) return undefined
    code.push({ at, one })
    at += one.length
  }
  return code
}

/** Whether the linker fills in some of an instruction's immediate. */
function relocatedIn(file: ObjectFile, section: number): (at: number, one: Instruction) => boolean {
  const offsets = new Set(file.relocationsOf(section).map(({ offset }) => offset))
  return (at, { immediate }) => immediate.size > 0 && offsets.has(at + immediate.offset)
}

/**
 * Where control may arrive but from the instruction before: what branches name, what relocations of the file point at, and whose
 * address is taken. `undefined` when a jump goes by a table of distances, which does not tell where they count from.
 */
function arrivalsIn(
  file: ObjectFile,
  section: number,
  view: ByteView,
  code: readonly Placed[],
): ReadonlySet<number> | undefined {
  const arrivals = new Set<number>()
  let distances = false
  for (const { index, name, flags } of file.elf.sections)
    for (const relocation of file.relocationsOf(index)) {
      const symbol = file.symbols[relocation.symbol]
      if (symbol?.section !== section || name === '.eh_frame') continue
      const bias = pcBias(file, relocation)
      arrivals.add(Number(symbol.value) + relocation.addend + bias)
      if (bias !== 0 && !(flags & SHF.EXECINSTR)) distances = true
    }
  const relocated = relocatedIn(file, section)
  for (const { at, one } of code) {
    const { opcode, modrm = 0 } = one
    if (isBranch(opcode) && !relocated(at, one))
      arrivals.add(at + one.length + (immediateOf(view, at, one) ?? 0))
    // lea of a label nearby, relative to the instruction's end
    if (file.elf.bits === 64 && opcode === 0x8d && (modrm & 0xc7) === 5)
      arrivals.add(at + one.length + view.i32(at + one.length - 4))
    if (distances && opcode === 0xff && (modrm & 0x38) === 0x20) return undefined
  }
  return arrivals
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
