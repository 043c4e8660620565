import { fail, ok, type Result } from '../diag/index.ts'
import { malformedElf } from './diagnostics.ts'
import { sectionBytes } from './elf.ts'
import {
  SHT,
  type Elf,
  type ElfRelocation,
  type ElfSection,
  type ElfSymbol,
  type SymbolBinding,
  type SymbolType,
  type SymbolVisibility,
} from './elf-types.ts'
import { ByteView } from './view.ts'

const BINDINGS: readonly SymbolBinding[] = ['local', 'global', 'weak']
const TYPES: readonly SymbolType[] = ['none', 'object', 'function', 'section', 'file', 'common', 'tls']
const VISIBILITIES: readonly SymbolVisibility[] = ['default', 'internal', 'hidden', 'protected']

/** The symbol table (.symtab), index for index; empty when the file has none. */
export function readSymbols(elf: Elf): Result<readonly ElfSymbol[]> {
  const table = elf.sections.find((section) => section.type === SHT.SYMTAB)
  if (!table) return ok([])
  const bytes = sectionBytes(elf, table)
  const stringTable = elf.sections[table.link]
  const strings = stringTable?.type === SHT.STRTAB ? sectionBytes(elf, stringTable) : undefined
  if (!bytes || !strings) return fail(malformedElf(elf.file, 'its symbol table has no contents or no names'))
  const view = new ByteView(bytes)
  const names = new ByteView(strings)
  const extendedSection = elf.sections.find(
    (one) => one.type === SHT.SYMTAB_SHNDX && one.link === table.index,
  )
  const extended = new ByteView((extendedSection && sectionBytes(elf, extendedSection)) ?? new Uint8Array(0))
  const wide = elf.bits === 64
  const entry = wide ? 24 : 16
  const symbols: ElfSymbol[] = []
  for (let at = 0; at + entry <= bytes.length; at += entry) {
    const info = view.u8(at + (wide ? 4 : 12))
    const other = view.u8(at + (wide ? 5 : 13))
    const place = view.u16(at + (wide ? 6 : 14))
    const section = place === 0xffff ? extended.u32((at / entry) * 4) : placeOf(place)
    if (typeof section === 'number' && section >= elf.sections.length)
      return fail(
        malformedElf(elf.file, `symbol ${at / entry} lies in section ${section}, which is not there`),
      )
    symbols.push({
      name: names.cString(view.u32(at)),
      value: wide ? view.u64(at + 8) : BigInt(view.u32(at + 4)),
      size: wide ? view.offset64(at + 16) : view.u32(at + 8),
      type: TYPES[info & 15] ?? 'other',
      binding: BINDINGS[info >> 4] ?? 'other',
      visibility: VISIBILITIES[other & 3] as SymbolVisibility,
      section,
    })
  }
  if (view.overrun || names.overrun || extended.overrun)
    return fail(malformedElf(elf.file, 'its symbol table points outside the file'))
  return ok(symbols)
}

/** The sections that hold relocations, by the section they change. */
export function relocationSections(elf: Elf): ReadonlyMap<number, ElfSection> {
  const result = new Map<number, ElfSection>()
  for (const section of elf.sections)
    if (section.type === SHT.RELA || section.type === SHT.REL) result.set(section.info, section)
  return result
}

/**
 * The relocations in `table` (REL or RELA), in file order. The addend of a REL entry is read from the place that
 * it changes, as 4 signed bytes.
 */
export function readRelocations(elf: Elf, table: ElfSection): Result<readonly ElfRelocation[]> {
  const bytes = sectionBytes(elf, table)
  const target = elf.sections[table.info]
  const targetBytes = target && sectionBytes(elf, target)
  if (!bytes || !targetBytes)
    return fail(malformedElf(elf.file, `${table.name} or its target lies outside the file`))
  const view = new ByteView(bytes)
  const place = new ByteView(targetBytes)
  const hasAddend = table.type === SHT.RELA
  const wide = elf.bits === 64
  const entry = (wide ? 16 : 8) + (hasAddend ? (wide ? 8 : 4) : 0)
  const relocations: ElfRelocation[] = []
  for (let at = 0; at + entry <= bytes.length; at += entry) {
    const offset = wide ? view.offset64(at) : view.u32(at)
    const symbol = wide ? view.u32(at + 12) : view.u32(at + 4) >>> 8
    const type = wide ? view.u32(at + 8) : view.u8(at + 4)
    const addend = hasAddend
      ? wide
        ? Number(view.i64(at + 16))
        : view.i32(at + 8)
      : place.holds(offset, 4)
        ? place.i32(offset)
        : 0
    relocations.push({ offset, type, symbol, addend })
  }
  if (view.overrun) return fail(malformedElf(elf.file, `${table.name} holds an impossible offset`))
  return ok(relocations)
}

function placeOf(index: number): ElfSymbol['section'] {
  if (index === 0) return 'undefined'
  if (index === 0xfff2) return 'common'
  return index >= 0xff00 ? 'absolute' : index
}
