import { ByteCursor } from '../view.ts'
import type { DebugSections } from './sections.ts'

/** One unit of .debug_info (DWARF 5, section 7.5.1; versions 2 to 4 alike). */
export interface Unit {
  /** Where its header begins: what references within the unit count from. */
  readonly start: number
  readonly end: number
  readonly version: number
  /** True for the 64-bit form, whose offsets have 8 bytes. */
  readonly wide: boolean
  readonly addressSize: number
  /** Where its first entry begins. */
  readonly entriesAt: number
  readonly abbreviations: ReadonlyMap<number, Abbreviation>
}

/** What an entry of one code looks like (section 7.5.3). */
export interface Abbreviation {
  readonly tag: number
  readonly hasChildren: boolean
  readonly attributes: readonly AttributeForm[]
}

interface AttributeForm {
  readonly name: number
  readonly form: number
  readonly constant: number
}

/** A value as its form gives it; what an index stands for is looked up later, as its base may come after it. */
export type AttributeValue =
  | { readonly kind: 'address'; readonly value: bigint }
  | { readonly kind: 'addressIndex' | 'stringIndex' | 'rangeIndex'; readonly value: number }
  | { readonly kind: 'constant' | 'offset'; readonly value: number }
  /** An offset into .debug_info. */
  | { readonly kind: 'reference'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }

export interface Entry {
  readonly tag: number
  readonly hasChildren: boolean
  readonly attributes: ReadonlyMap<number, AttributeValue>
  /** Where the next entry begins. */
  readonly next: number
}

/** Tags and attributes that call frames are told from. */
export const TAG = { lexicalBlock: 0x0b, inlinedSubroutine: 0x1d, subprogram: 0x2e } as const
export const AT = {
  name: 0x03,
  lineTable: 0x10,
  lowPc: 0x11,
  highPc: 0x12,
  abstractOrigin: 0x31,
  specification: 0x47,
  ranges: 0x55,
  callColumn: 0x57,
  callFile: 0x58,
  callLine: 0x59,
  stringOffsetsBase: 0x72,
  addressBase: 0x73,
  rangeListsBase: 0x74,
} as const

/** Unit types (section 7.5.1) whose header carries more than a compile unit's: signature and offset, or an id. */
const UNIT_TYPE = { type: 2, skeleton: 4, splitCompile: 5, splitType: 6 } as const

/** Every unit, in order; stops at the first that makes no sense. */
export function readUnits(sections: DebugSections): readonly Unit[] {
  const units: Unit[] = []
  const tables = new Map<number, ReadonlyMap<number, Abbreviation>>()
  const { info } = sections
  let at = 0
  while (at + 4 <= info.length) {
    const cursor = new ByteCursor(info, at)
    const short = cursor.u32()
    const wide = short === 0xffffffff
    const length = wide ? cursor.offset64() : short
    const end = cursor.at + length
    const version = cursor.u16()
    if (info.overrun || end > info.length || version < 2 || version > 5) return units
    const unitType = version >= 5 ? cursor.u8() : 1
    const sizeFirst = version >= 5 ? cursor.u8() : 0
    const abbreviationsAt = wide ? cursor.offset64() : cursor.u32()
    const addressSize = version >= 5 ? sizeFirst : cursor.u8()
    if (unitType === UNIT_TYPE.skeleton || unitType === UNIT_TYPE.splitCompile) cursor.skip(8)
    if (unitType === UNIT_TYPE.type || unitType === UNIT_TYPE.splitType) cursor.skip(wide ? 16 : 12)
    if (info.overrun) return units
    const abbreviations = tables.get(abbreviationsAt) ?? readAbbreviations(sections, abbreviationsAt)
    tables.set(abbreviationsAt, abbreviations)
    units.push({ start: at, end, version, wide, addressSize, entriesAt: cursor.at, abbreviations })
    at = end
  }
  return units
}

/** The entry at `at`: `'end'` closes a list of children, `undefined` means damage. */
export function readEntry(
  sections: DebugSections,
  unit: Unit,
  at: number,
): Entry | { readonly tag: 'end'; readonly next: number } | undefined {
  const cursor = new ByteCursor(sections.info, at)
  const code = cursor.uleb()
  if (at >= unit.end || sections.info.overrun) return undefined
  if (code === 0) return { tag: 'end', next: cursor.at }
  const abbreviation = unit.abbreviations.get(code)
  if (!abbreviation) return undefined
  const attributes = new Map<number, AttributeValue>()
  for (const { name, form, constant } of abbreviation.attributes) {
    const value = readForm(sections, unit, cursor, form, constant)
    if (value === 'unknown' || sections.info.overrun || cursor.at > unit.end) return undefined
    if (value) attributes.set(name, value)
  }
  return { tag: abbreviation.tag, hasChildren: abbreviation.hasChildren, attributes, next: cursor.at }
}

function readAbbreviations({ abbreviations }: DebugSections, at: number): ReadonlyMap<number, Abbreviation> {
  const table = new Map<number, Abbreviation>()
  const cursor = new ByteCursor(abbreviations, at)
  for (let code = cursor.uleb(); code !== 0 && !abbreviations.overrun; code = cursor.uleb()) {
    const tag = cursor.uleb()
    const hasChildren = cursor.u8() !== 0
    const attributes: AttributeForm[] = []
    for (;;) {
      const name = cursor.uleb()
      const form = cursor.uleb()
      const constant = form === 0x21 ? cursor.sleb() : 0
      if ((name === 0 && form === 0) || abbreviations.overrun) break
      attributes.push({ name, form, constant })
    }
    table.set(code, { tag, hasChildren, attributes })
  }
  return table
}

/** Reads a value (section 7.5.6). `undefined` for those that say nothing about frames and are stepped over. */
function readForm(
  sections: DebugSections,
  unit: Unit,
  cursor: ByteCursor,
  form: number,
  constant: number,
): AttributeValue | undefined | 'unknown' {
  const offset = () => (unit.wide ? cursor.offset64() : cursor.u32())
  const skip = (size: number) => (cursor.skip(size), undefined)
  const three = () => cursor.u16() + cursor.u8() * 0x10000
  switch (form) {
    case 0x01: // addr
      return { kind: 'address', value: cursor.unsigned(unit.addressSize) }
    case 0x03: // block2
      return skip(cursor.u16())
    case 0x04: // block4
      return skip(cursor.u32())
    case 0x05: // data2
      return { kind: 'constant', value: cursor.u16() }
    case 0x06: // data4
      return { kind: 'constant', value: cursor.u32() }
    case 0x07: // data8
      return { kind: 'constant', value: Number(cursor.unsigned(8)) }
    case 0x08: // string
      return { kind: 'text', value: cursor.cString() }
    case 0x09: // block
    case 0x18: // exprloc
      return skip(cursor.uleb())
    case 0x0a: // block1
      return skip(cursor.u8())
    case 0x0b: // data1
      return { kind: 'constant', value: cursor.u8() }
    case 0x0c: // flag
      return skip(1)
    case 0x0d: // sdata
      return { kind: 'constant', value: cursor.sleb() }
    case 0x0e: // strp
      return { kind: 'text', value: sections.strings.cString(offset()) }
    case 0x0f: // udata
      return { kind: 'constant', value: cursor.uleb() }
    case 0x10: // ref_addr, in DWARF 2 of an address's size
      return {
        kind: 'reference',
        value: unit.version === 2 ? Number(cursor.unsigned(unit.addressSize)) : offset(),
      }
    case 0x11: // ref1
      return { kind: 'reference', value: unit.start + cursor.u8() }
    case 0x12: // ref2
      return { kind: 'reference', value: unit.start + cursor.u16() }
    case 0x13: // ref4
      return { kind: 'reference', value: unit.start + cursor.u32() }
    case 0x14: // ref8
      return { kind: 'reference', value: unit.start + cursor.offset64() }
    case 0x15: // ref_udata
      return { kind: 'reference', value: unit.start + cursor.uleb() }
    case 0x17: // sec_offset
      return { kind: 'offset', value: offset() }
    case 0x19: // flag_present
      return undefined
    case 0x1a: // strx
      return { kind: 'stringIndex', value: cursor.uleb() }
    case 0x1b: // addrx
      return { kind: 'addressIndex', value: cursor.uleb() }
    case 0x1c: // ref_sup4
      return skip(4)
    case 0x1d: // strp_sup
      return skip(unit.wide ? 8 : 4)
    case 0x1e: // data16
      return skip(16)
    case 0x1f: // line_strp
      return { kind: 'text', value: sections.lineStrings.cString(offset()) }
    case 0x20: // ref_sig8
    case 0x24: // ref_sup8
      return skip(8)
    case 0x21: // implicit_const
      return { kind: 'constant', value: constant }
    case 0x22: // loclistx
      return void cursor.uleb()
    case 0x23: // rnglistx
      return { kind: 'rangeIndex', value: cursor.uleb() }
    case 0x25: // strx1
      return { kind: 'stringIndex', value: cursor.u8() }
    case 0x26: // strx2
      return { kind: 'stringIndex', value: cursor.u16() }
    case 0x27: // strx3
      return { kind: 'stringIndex', value: three() }
    case 0x28: // strx4
      return { kind: 'stringIndex', value: cursor.u32() }
    case 0x29: // addrx1
      return { kind: 'addressIndex', value: cursor.u8() }
    case 0x2a: // addrx2
      return { kind: 'addressIndex', value: cursor.u16() }
    case 0x2b: // addrx3
      return { kind: 'addressIndex', value: three() }
    case 0x2c: // addrx4
      return { kind: 'addressIndex', value: cursor.u32() }
    default:
      return 'unknown'
  }
}
