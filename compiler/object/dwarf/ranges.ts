import { ByteCursor } from '../view.ts'
import { AT, type AttributeValue, type Entry, type Unit } from './entries.ts'
import type { DebugSections } from './sections.ts'

/** Where the indices of a unit count from, as its first entry tells. */
export interface UnitBases {
  readonly unit: Unit
  readonly lowPc: bigint
  readonly stringOffsets: number
  readonly addresses: number
  readonly rangeLists: number
}

/** Code from `start` up to `end`. */
interface CodeRange {
  readonly start: bigint
  readonly end: bigint
}

export function unitBases(sections: DebugSections, unit: Unit, root: Entry): UnitBases {
  const offsetOf = (name: number, fallback: number) => {
    const value = root.attributes.get(name)
    return value?.kind === 'offset' ? value.value : fallback
  }
  const headerBytes = unit.wide ? 16 : 8
  const bases = {
    unit,
    lowPc: 0n,
    stringOffsets: offsetOf(AT.stringOffsetsBase, headerBytes),
    addresses: offsetOf(AT.addressBase, headerBytes),
    rangeLists: offsetOf(AT.rangeListsBase, unit.wide ? 20 : 12),
  }
  return { ...bases, lowPc: addressOf(sections, bases, root.attributes.get(AT.lowPc)) ?? 0n }
}

/** The text of a string attribute. */
export function textOf(
  sections: DebugSections,
  { unit, stringOffsets }: UnitBases,
  value: AttributeValue | undefined,
): string | undefined {
  if (value?.kind === 'text') return value.value
  if (value?.kind !== 'stringIndex') return undefined
  const cursor = new ByteCursor(sections.stringOffsets, stringOffsets + value.value * (unit.wide ? 8 : 4))
  return sections.strings.cString(unit.wide ? cursor.offset64() : cursor.u32())
}

/** True when the code of an entry covers `address`; `undefined` when the entry says nothing about its code. */
export function covers(
  sections: DebugSections,
  bases: UnitBases,
  entry: Entry,
  address: bigint,
): boolean | undefined {
  const list = entry.attributes.get(AT.ranges)
  if (list) return rangesOf(sections, bases, list).some((one) => one.start <= address && address < one.end)
  const low = addressOf(sections, bases, entry.attributes.get(AT.lowPc))
  const high = entry.attributes.get(AT.highPc)
  if (low === undefined || !high) return undefined
  const end = high.kind === 'constant' ? low + BigInt(high.value) : addressOf(sections, bases, high)
  return end === undefined ? undefined : low <= address && address < end
}

function addressOf(
  sections: DebugSections,
  bases: UnitBases,
  value: AttributeValue | undefined,
): bigint | undefined {
  if (value?.kind === 'address') return value.value
  return value?.kind === 'addressIndex' ? addressAt(sections, bases, value.value) : undefined
}

function addressAt(
  { addresses }: DebugSections,
  { unit, addresses: base }: UnitBases,
  index: number,
): bigint {
  return new ByteCursor(addresses, base + index * unit.addressSize).unsigned(unit.addressSize)
}

function rangesOf(sections: DebugSections, bases: UnitBases, value: AttributeValue): readonly CodeRange[] {
  const { unit } = bases
  if (unit.version < 5)
    return value.kind === 'offset' || value.kind === 'constant' ? ranges4(sections, bases, value.value) : []
  if (value.kind === 'offset') return ranges5(sections, bases, value.value)
  if (value.kind !== 'rangeIndex') return []
  const cursor = new ByteCursor(sections.rangeLists, bases.rangeLists + value.value * (unit.wide ? 8 : 4))
  return ranges5(sections, bases, bases.rangeLists + (unit.wide ? cursor.offset64() : cursor.u32()))
}

/** A list of .debug_ranges: pairs counted from the unit's base; a first word of all ones sets a new base. */
function ranges4({ ranges }: DebugSections, { unit, lowPc }: UnitBases, at: number): readonly CodeRange[] {
  const cursor = new ByteCursor(ranges, at)
  const allOnes = (1n << BigInt(unit.addressSize * 8)) - 1n
  const list: CodeRange[] = []
  let base = lowPc
  for (;;) {
    const start = cursor.unsigned(unit.addressSize)
    const end = cursor.unsigned(unit.addressSize)
    if (ranges.overrun || (start === 0n && end === 0n)) return list
    if (start === allOnes) base = end
    else list.push({ start: base + start, end: base + end })
  }
}

/** A list of .debug_rnglists (section 7.25). */
function ranges5(sections: DebugSections, bases: UnitBases, at: number): readonly CodeRange[] {
  const { rangeLists } = sections
  const { addressSize } = bases.unit
  const cursor = new ByteCursor(rangeLists, at)
  const indexed = () => addressAt(sections, bases, cursor.uleb())
  const length = () => BigInt(cursor.uleb())
  const list: CodeRange[] = []
  const from = (start: bigint, size: bigint) => list.push({ start, end: start + size })
  let base = bases.lowPc
  for (;;) {
    const kind = cursor.u8()
    if (rangeLists.overrun) return list
    switch (kind) {
      case 1: // base_addressx
        base = indexed()
        break
      case 2: // startx_endx
        list.push({ start: indexed(), end: indexed() })
        break
      case 3: // startx_length
        from(indexed(), length())
        break
      case 4: // offset_pair
        list.push({ start: base + length(), end: base + length() })
        break
      case 5: // base_address
        base = cursor.unsigned(addressSize)
        break
      case 6: // start_end
        list.push({ start: cursor.unsigned(addressSize), end: cursor.unsigned(addressSize) })
        break
      case 7: // start_length
        from(cursor.unsigned(addressSize), length())
        break
      default: // end_of_list, or a kind of a later version
        return list
    }
  }
}
