import type { Elf } from '../elf-types.ts'
import { AT, readEntry, readUnits, TAG, type Entry, type Unit } from './entries.ts'
import { readLineHeader } from './line-header.ts'
import type { SourceLine } from './lines.ts'
import { covers, textOf, unitBases, type UnitBases } from './ranges.ts'
import { debugSections, type DebugSections } from './sections.ts'

/** A function that the compiler put into another at some address, and the line of the call that vanished. */
export interface InlinedCall {
  /** The function whose code was put in. */
  readonly name: string
  /** Where its caller called it. */
  readonly call: SourceLine | undefined
}

/** Answers which calls were inlined at an address. */
export interface InlineTable {
  /** The inlined functions at `address`, innermost first; empty for plain code or without debug information. */
  inlinedAt(address: bigint): readonly InlinedCall[]
}

/** How far a name may lie behind abstract origins and specifications. */
const ORIGIN_STEPS_MAX = 8

/** Reads .debug_info of a linked file as far as each question needs: one unit. Damage ends in fewer frames. */
export function readInlineTable(elf: Elf): InlineTable {
  const units = readUnits(debugSections(elf))
  return {
    inlinedAt: (address) => {
      const sections = debugSections(elf)
      for (const unit of units) {
        const root = readEntry(sections, unit, unit.entriesAt)
        if (!root || root.tag === 'end') continue
        const bases = unitBases(sections, unit, root)
        if (covers(sections, bases, root, address) === false) continue
        const found = walk(sections, units, bases, root, address)
        if (found) return found
      }
      return []
    },
  }
}

/** Goes through a unit in file order, into what covers the address and past all else; `undefined`: not here. */
function walk(
  sections: DebugSections,
  units: readonly Unit[],
  bases: UnitBases,
  root: Entry,
  address: bigint,
): readonly InlinedCall[] | undefined {
  const { unit } = bases
  const inlined: Entry[] = []
  let inside = false
  let depth = 1
  /** Depth of a subtree that lies elsewhere and is stepped through without looking. */
  let passing = Number.MAX_SAFE_INTEGER
  let at = root.next
  while (depth > 0 && at < unit.end) {
    const entry = readEntry(sections, unit, at)
    if (!entry) break
    at = entry.next
    if (entry.tag === 'end') {
      depth--
      if (depth <= passing) passing = Number.MAX_SAFE_INTEGER
      continue
    }
    const scope =
      entry.tag === TAG.subprogram || entry.tag === TAG.inlinedSubroutine || entry.tag === TAG.lexicalBlock
    if (scope && depth < passing) {
      const here = covers(sections, bases, entry, address)
      // A block without code of its own may still hold what is inlined; a function without is a declaration.
      const enter = here ?? entry.tag === TAG.lexicalBlock
      if (!enter && entry.hasChildren) passing = depth
      if (here && entry.tag === TAG.subprogram) inside = true
      if (here && entry.tag === TAG.inlinedSubroutine) inlined.unshift(entry)
    }
    if (entry.hasChildren) depth++
  }
  if (!inside) return undefined
  const files = lineFiles(sections, root)
  return inlined.map((entry) => ({
    name: nameOf(sections, units, bases, entry) ?? '?',
    call: callOf(entry, files),
  }))
}

function callOf({ attributes }: Entry, files: readonly (string | undefined)[]): SourceLine | undefined {
  const constantOf = (name: number) => {
    const value = attributes.get(name)
    return value?.kind === 'constant' ? value.value : 0
  }
  const file = files[constantOf(AT.callFile)]
  const line = constantOf(AT.callLine)
  return file !== undefined && line > 0 ? { file, line, column: constantOf(AT.callColumn) } : undefined
}

function lineFiles(sections: DebugSections, root: Entry): readonly (string | undefined)[] {
  const at = root.attributes.get(AT.lineTable)
  if (at?.kind !== 'offset' && at?.kind !== 'constant') return []
  return readLineHeader(sections.lines, at.value, sections)?.files ?? []
}

/** The name of a function, followed through the entries that stand for it. */
function nameOf(
  sections: DebugSections,
  units: readonly Unit[],
  bases: UnitBases,
  entry: Entry,
): string | undefined {
  let current: Entry = entry
  let home = bases
  for (let step = 0; step < ORIGIN_STEPS_MAX; step++) {
    const name = textOf(sections, home, current.attributes.get(AT.name))
    if (name !== undefined) return name
    const origin = current.attributes.get(AT.abstractOrigin) ?? current.attributes.get(AT.specification)
    const place = origin?.kind === 'reference' ? origin.value : -1
    const unit = units.find((one) => one.start <= place && place < one.end)
    const root = unit && readEntry(sections, unit, unit.entriesAt)
    const next = unit && readEntry(sections, unit, place)
    if (!unit || !root || root.tag === 'end' || !next || next.tag === 'end') return undefined
    home = unitBases(sections, unit, root)
    current = next
  }
  return undefined
}
