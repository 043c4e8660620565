import type { Result } from '../../diag/index.ts'
import { ok } from '../../diag/index.ts'
import { sectionBytes } from '../elf.ts'
import type { Elf, ElfSection } from '../elf-types.ts'
import { readRelocations, readSymbols, relocationSections } from '../symbols.ts'

/** The contents of a debug section as a linker would leave them if every section began at address 0. */
export interface RelocatedSection {
  readonly bytes: Uint8Array
  /** Offset of a relocated field -> the section that its value is an offset into. */
  readonly targets: ReadonlyMap<number, number>
}

const NO_TARGETS: ReadonlyMap<number, number> = new Map()

/**
 * Reads a debug section and, in a relocatable file, applies its absolute relocations to a copy. Others (thread-local
 * offsets) are left alone: line tables and call frames have none.
 */
export function relocatedBytes(elf: Elf, section: ElfSection): Result<RelocatedSection> {
  const original = sectionBytes(elf, section) ?? new Uint8Array(0)
  const table = elf.type === 'relocatable' ? relocationSections(elf).get(section.index) : undefined
  if (!table) return ok({ bytes: original, targets: NO_TARGETS })
  const relocations = readRelocations(elf, table)
  if (!relocations.ok) return relocations
  const symbols = readSymbols(elf)
  if (!symbols.ok) return symbols
  const bytes = original.slice()
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const targets = new Map<number, number>()
  for (const { offset, type, symbol, addend } of relocations.value) {
    const width = absoluteWidth(elf, type)
    const target = symbols.value[symbol]
    if (!width || !target || typeof target.section !== 'number' || offset + width > bytes.length) continue
    const value = target.value + BigInt(addend)
    if (width === 8) data.setBigUint64(offset, BigInt.asUintN(64, value), true)
    else data.setUint32(offset, Number(BigInt.asUintN(32, value)), true)
    targets.set(offset, target.section)
  }
  return ok({ bytes, targets })
}

/** Bytes that R_X86_64_64, R_X86_64_32 and R_386_32 write; 0 for any other type. */
function absoluteWidth(elf: Elf, type: number): 0 | 4 | 8 {
  if (elf.machine === 'i386') return type === 1 ? 4 : 0
  return type === 1 ? 8 : type === 10 ? 4 : 0
}
