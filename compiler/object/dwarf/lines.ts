import type { Elf } from '../elf-types.ts'
import { SHF } from '../elf-types.ts'
import { sectionNamed } from '../elf.ts'
import { ByteCursor, ByteView } from '../view.ts'
import { readLineHeader, type LineHeader } from './line-header.ts'
import { relocatedBytes, type RelocatedSection } from './relocate.ts'

/** A place in a source, as the compiler named it. Lines and columns count from 1; column 0 is unknown. */
export interface SourceLine {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** One run of code with rising addresses and the lines it came from. */
export interface LineSequence {
  /** In a relocatable file, the section that `start` is an offset into. */
  readonly section: number | undefined
  readonly start: bigint
  /** Bytes of code. */
  readonly size: number
  /** Sorted by `offset`, which counts from `start`. */
  readonly rows: readonly LineRow[]
  readonly files: readonly (string | undefined)[]
}

export interface LineRow {
  readonly offset: number
  readonly file: number
  readonly line: number
  readonly column: number
}

/** Where code came from, by address; in a relocatable file by section and offset. */
export interface LineTable {
  /** Sorted by section, then start. */
  readonly sequences: readonly LineSequence[]
  readonly bySection: ReadonlyMap<number | undefined, readonly LineSequence[]>
  /** False when some unit could not be read; the others still answer. */
  readonly complete: boolean
}

/** Reads .debug_line, versions 2 to 5. A file without one gives an empty, complete table. */
export function readLineTable(elf: Elf): LineTable {
  const section = sectionNamed(elf, '.debug_line')
  if (!section || section.flags & SHF.COMPRESSED) return tableOf([], !section)
  const relocated = relocatedBytes(elf, section)
  if (!relocated.ok) return tableOf([], false)
  const view = new ByteView(relocated.value.bytes)
  const texts = { lineStrings: textSection(elf, '.debug_line_str'), strings: textSection(elf, '.debug_str') }
  const sequences: LineSequence[] = []
  let at = 0
  while (at + 4 <= view.length) {
    const header = readLineHeader(view, at, texts)
    if (!header || !runProgram(view, header, relocated.value, sequences))
      return tableOf(live(elf, sequences), false)
    at = header.end
  }
  return tableOf(live(elf, sequences), true)
}

/** The line of the instruction at `address`, or at that offset into `section` of a relocatable file. */
export function lineAt(table: LineTable, address: bigint, section?: number): SourceLine | undefined {
  const sequences = table.bySection.get(section) ?? []
  const sequence = sequences[lastAtMost(sequences, (one) => one.start <= address)]
  if (!sequence) return undefined
  const offset = Number(address - sequence.start)
  if (offset >= sequence.size) return undefined
  // Line 0 marks code without a line of its own: the last line before it is the nearest to the truth.
  let index = lastAtMost(sequence.rows, (row) => row.offset <= offset)
  while (index > 0 && sequence.rows[index]?.line === 0) index--
  const row = sequence.rows[index]
  const file = row && sequence.files[row.file]
  return row && row.line > 0 && file ? { file, line: row.line, column: row.column } : undefined
}

/** The state that a line program changes (section 6.2.2), as far as rows show it. */
interface LineState {
  section: number | undefined
  base: bigint
  offset: number
  file: number
  line: number
  column: number
  rows: LineRow[]
}

function freshState(): LineState {
  return { section: undefined, base: 0n, offset: 0, file: 1, line: 1, column: 0, rows: [] }
}

function runProgram(
  view: ByteView,
  header: LineHeader,
  relocated: RelocatedSection,
  out: LineSequence[],
): boolean {
  const cursor = new ByteCursor(view, header.programAt)
  const opcodeBase = header.operandCounts.length + 1
  const constAdvance = Math.floor((255 - opcodeBase) / header.lineRange) * header.minimumInstructionLength
  let state = freshState()
  const addRow = () => {
    const last = state.rows.at(-1)
    const row = { offset: state.offset, file: state.file, line: state.line, column: state.column }
    if (last?.offset === row.offset) state.rows[state.rows.length - 1] = row
    else if (!last || last.offset < row.offset) state.rows.push(row)
  }
  const endSequence = () => {
    const { section, base, rows, offset } = state
    const first = rows[0]
    if (!first || offset <= first.offset) return
    const shifted =
      first.offset === 0 ? rows : rows.map((row) => ({ ...row, offset: row.offset - first.offset }))
    const start = base + BigInt(first.offset)
    out.push({ section, start, size: offset - first.offset, rows: shifted, files: header.files })
  }
  while (cursor.at < header.end && !view.overrun) {
    const opcode = cursor.u8()
    if (opcode >= opcodeBase) {
      const adjusted = opcode - opcodeBase
      state.offset += Math.floor(adjusted / header.lineRange) * header.minimumInstructionLength
      state.line += header.lineBase + (adjusted % header.lineRange)
      addRow()
      continue
    }
    switch (opcode) {
      case 0: {
        const size = cursor.uleb()
        const next = cursor.at + size
        const extended = size > 0 ? cursor.u8() : 0
        if (next > header.end) return false
        if (extended === 1) {
          endSequence()
          state = freshState()
        } else if (extended === 2) {
          const fieldAt = cursor.at
          if (state.rows.length > 0) endSequence()
          state.base = cursor.unsigned(size - 1)
          state.section = relocated.targets.get(fieldAt)
          state.offset = 0
          state.rows = []
        }
        cursor.at = next
        break
      }
      case 1:
        addRow()
        break
      case 2:
        state.offset += cursor.uleb() * header.minimumInstructionLength
        break
      case 3:
        state.line += cursor.sleb()
        break
      case 4:
        state.file = cursor.uleb()
        break
      case 5:
        state.column = cursor.uleb()
        break
      case 8:
        state.offset += constAdvance
        break
      case 9:
        state.offset += cursor.u16()
        break
      default:
        for (let i = header.operandCounts[opcode - 1] ?? 0; i > 0; i--) cursor.uleb()
    }
  }
  return !view.overrun
}

/** Leaves out what the linker discarded: it writes 0 or -1 for the address of code that is gone. */
function live(elf: Elf, sequences: readonly LineSequence[]): readonly LineSequence[] {
  if (elf.type === 'relocatable') return sequences.filter((one) => one.section !== undefined)
  const code = elf.sections.filter((section) => section.flags & SHF.EXECINSTR)
  return sequences.filter(({ start }) =>
    code.some((section) => start >= section.address && start < section.address + BigInt(section.size)),
  )
}

function tableOf(sequences: readonly LineSequence[], complete: boolean): LineTable {
  const sorted = [...sequences].sort(
    (a, b) => (a.section ?? -1) - (b.section ?? -1) || (a.start < b.start ? -1 : a.start > b.start ? 1 : 0),
  )
  const bySection = new Map<number | undefined, LineSequence[]>()
  for (const sequence of sorted) {
    const list = bySection.get(sequence.section)
    if (list) list.push(sequence)
    else bySection.set(sequence.section, [sequence])
  }
  return { sequences: sorted, bySection, complete }
}

function textSection(elf: Elf, name: string): ByteView {
  const section = sectionNamed(elf, name)
  const relocated = section && relocatedBytes(elf, section)
  return new ByteView(relocated?.ok ? relocated.value.bytes : new Uint8Array(0))
}

/** The last index for which `holds`, over a list where it holds for a first part only; -1 for none. */
function lastAtMost<T>(list: readonly T[], holds: (item: T) => boolean): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(list[middle] as T)) low = middle + 1
    else high = middle
  }
  return low - 1
}
