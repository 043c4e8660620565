import { ok, type Result } from '../diag/index.ts'
import {
  readElf,
  readInlineTable,
  readLineTable,
  readNotes,
  readSymbols,
  PT,
  type Elf,
  SHF,
  type ElfNote,
  type ElfSection,
  type ElfSegment,
  type ElfSymbol,
  type FileRange,
  type InlineTable,
  type LineTable,
} from '../object/index.ts'

/** A linked image, with its symbols when it still has them. */
export interface Image {
  readonly elf: Elf
  readonly segments: readonly ElfSegment[]
  readonly symbols: readonly ElfSymbol[]
  readonly notes: readonly ElfNote[]
  /** Hex digits of the GNU build-id. */
  readonly buildId: string | undefined
  /** Sections' named code and data by rising address, of aliases the best one: global, then weak, then local. */
  readonly ranges: readonly SymbolRange[]
  readonly lines: () => LineTable
  readonly inlines: () => InlineTable
}

/** What a symbol covers: [start, end). A label without a size reaches to the next symbol of its section. */
export interface SymbolRange {
  readonly name: string
  readonly start: bigint
  readonly end: bigint
  readonly section: number
  readonly code: boolean
}

const NT_GNU_BUILD_ID = 3

/** How many symbols may begin inside another before its end is looked for in vain. */
const NESTING_MAX = 64

/** Reads a linked ELF file; `file` names it in messages. */
export function readImage(bytes: Uint8Array, file: string): Result<Image> {
  const elf = readElf(bytes, file)
  if (!elf.ok) return elf
  const symbols = readSymbols(elf.value)
  if (!symbols.ok) return symbols
  const notes = readNotes(elf.value)
  if (!notes.ok) return notes
  const id = notes.value.find((note) => note.name === 'GNU' && note.type === NT_GNU_BUILD_ID)
  let lines: LineTable | undefined
  let inlines: InlineTable | undefined
  return ok({
    elf: elf.value,
    segments: elf.value.segments,
    symbols: symbols.value,
    notes: notes.value,
    buildId: id && [...id.description].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
    ranges: rangesOf(elf.value, symbols.value),
    lines: () => (lines ??= readLineTable(elf.value)),
    inlines: () => (inlines ??= readInlineTable(elf.value)),
  })
}

/** The symbol whose range holds `address`, the innermost when they nest. */
export function rangeAt(image: Image, address: bigint): SymbolRange | undefined {
  let low = 0
  let high = image.ranges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((image.ranges[middle] as SymbolRange).start <= address) low = middle + 1
    else high = middle
  }
  for (let index = low - 1; index >= Math.max(0, low - NESTING_MAX); index--) {
    const range = image.ranges[index] as SymbolRange
    if (address < range.end) return range
  }
  return undefined
}

/** The bytes of the file that fill memory from `address` on, at most `size`; `undefined` where it fills nothing. */
export function fileRangeOf(
  segments: readonly ElfSegment[],
  address: bigint,
  size: number,
): FileRange | undefined {
  for (const { type, virtualAddress, fileSize, offset } of segments) {
    if (type !== PT.LOAD || address < virtualAddress) continue
    const into = address - virtualAddress
    if (into >= BigInt(fileSize)) continue
    return { offset: offset + Number(into), size: Math.min(size, fileSize - Number(into)) }
  }
  return undefined
}

function rangesOf(elf: Elf, symbols: readonly ElfSymbol[]): readonly SymbolRange[] {
  const named = symbols.filter(
    (one) =>
      typeof one.section === 'number' &&
      one.name !== '' &&
      !one.name.startsWith('.L') &&
      !['section', 'file', 'tls', 'other'].includes(one.type),
  )
  const sorted = named.toSorted((a, b) => compareAddresses(a.value, b.value) || rankOf(a) - rankOf(b))
  const ranges: SymbolRange[] = []
  let above: bigint | undefined
  for (let index = sorted.length - 1; index >= 0; index--) {
    const symbol = sorted[index] as ElfSymbol
    const section = elf.sections[symbol.section as number] as ElfSection
    const start = symbol.value
    const alias = sorted[index - 1]?.value === start && sorted[index - 1]?.section === symbol.section
    if (alias) continue
    const limit = section.address + BigInt(section.size)
    const labelEnd = above !== undefined && above < limit ? above : limit
    const end = symbol.size > 0 ? start + BigInt(symbol.size) : labelEnd
    const code = (section.flags & SHF.EXECINSTR) !== 0
    if (end > start) ranges.push({ name: symbol.name, start, end, section: section.index, code })
    above = start
  }
  return ranges.reverse()
}

/** Of several names for one place: with a size before without, then global, weak, local. */
function rankOf(symbol: ElfSymbol): number {
  const binding = symbol.binding === 'global' ? 0 : symbol.binding === 'weak' ? 1 : 2
  return (symbol.size > 0 ? 0 : 4) + binding
}

function compareAddresses(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
