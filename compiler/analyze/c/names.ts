import type { ObjectFile } from './object-file.ts'

/** A symbol's stretch of a section. */
interface NamedRange {
  readonly name: string
  readonly start: number
  readonly end: number
  readonly rank: number
}

/** Tells which function or variable an offset into a section belongs to. */
export interface SectionNames {
  /** The best symbol covering `offset`; `undefined` where only unnamed data lies. */
  nameAt(file: ObjectFile, section: number, offset: number): string | undefined
  /** True when `name` is a symbol of `section` that covers `offset`. */
  covers(file: ObjectFile, section: number, offset: number, name: string): boolean
}

/** Names by section, worked out when first asked for. */
export function sectionNames(): SectionNames {
  const cache = new Map<ObjectFile, Map<number, readonly NamedRange[]>>()
  const rangesOf = (file: ObjectFile, section: number) => {
    let sections = cache.get(file)
    if (!sections) cache.set(file, (sections = rangesBySection(file)))
    return (sections.get(section) ?? []) as readonly NamedRange[]
  }
  return {
    nameAt: (file, section, offset) => {
      const covering = rangesOf(file, section).filter((one) => one.start <= offset && offset < one.end)
      return covering.reduce<NamedRange | undefined>(
        (best, one) => (better(one, best) ? one : best),
        undefined,
      )?.name
    },
    covers: (file, section, offset, name) =>
      rangesOf(file, section).some((one) => one.name === name && one.start <= offset && offset < one.end),
  }
}

function rangesBySection(file: ObjectFile): Map<number, readonly NamedRange[]> {
  const result = new Map<number, NamedRange[]>()
  for (const symbol of file.symbols) {
    if (typeof symbol.section !== 'number' || symbol.name === '' || symbol.name.startsWith('.L')) continue
    if (symbol.type === 'section' || symbol.type === 'file') continue
    const start = Number(symbol.value)
    const rank = symbol.binding === 'global' ? 0 : symbol.binding === 'weak' ? 1 : 2
    const range = { name: symbol.name, start, end: symbol.size > 0 ? start + symbol.size : -1, rank }
    const list = result.get(symbol.section)
    if (list) list.push(range)
    else result.set(symbol.section, [range])
  }
  // Labels of assembly sources have no size: they reach to the next symbol, the last to the section's end.
  for (const [section, list] of result) {
    const starts = list.map((one) => one.start).sort((a, b) => a - b)
    const endOf = (start: number) =>
      starts.find((next) => next > start) ?? file.elf.sections[section]?.size ?? start
    result.set(
      section,
      list.map((one) => (one.end >= 0 ? one : { ...one, end: endOf(one.start) })),
    )
  }
  return result
}

/** Nearest start first, then global before weak before local, then the order of the symbol table. */
function better(one: NamedRange, best: NamedRange | undefined): boolean {
  if (!best || one.start !== best.start) return !best || one.start > best.start
  return one.rank < best.rank
}
