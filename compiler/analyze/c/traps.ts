import { ByteView, doorOpcode, kernelEntries, sectionBytes, SHF } from '../../object/index.ts'
import type { Reach, Reference, SectionNode } from './reach.ts'
import { trapNumbers } from './trap-numbers.ts'

/** An instruction in reached code by which Linux's programs enter their kernel. */
export interface Trap {
  readonly from: SectionNode
  /** Into the section. */
  readonly offset: number
  /** The number of the system call, where it is decided. */
  readonly number: number | undefined
}

/** Every `syscall` (x86_64) or `int 0x80` (i386) in the sections of `reach`, nearest first. */
export function findTraps(reach: Reach): readonly Trap[] {
  return reach.nodes.flatMap((from): readonly Trap[] => {
    const { elf, symbols } = from.file
    const section = elf.sections[from.section]
    if (!section || !(section.flags & SHF.EXECINSTR)) return []
    const view = new ByteView(sectionBytes(elf, section) ?? new Uint8Array(0))
    const labels = symbols.filter((one) => one.section === from.section && one.type !== 'section')
    const starts = new Set(labels.map((one) => Number(one.value)))
    const startOf = (offset: number): number => Math.max(0, ...[...starts].filter((start) => start <= offset))
    const entries = kernelEntries(view, startOf, () => elf.bits).filter(
      ({ opcode }) => opcode === doorOpcode[elf.machine],
    )
    if (entries.length === 0) return []
    const numbers = trapNumbers(from.file, from.section, view, starts)
    return entries.map(({ offset }) => ({ from, offset, number: numbers.get(offset) }))
  })
}

/** `reach` with references from each trap to the symbols that `targetsOf` gives it. */
export function withTraps(
  reach: Reach,
  traps: readonly Trap[],
  targetsOf: (trap: Trap) => readonly string[],
): Reach {
  const references = new Map(reach.references)
  const bySymbol = new Map<string, Reference[]>()
  for (const trap of traps)
    for (const symbol of targetsOf(trap)) {
      const reference: Reference = {
        from: trap.from,
        offset: trap.offset,
        kind: 'trap',
        symbol,
        local: undefined,
      }
      if (!references.has(symbol)) references.set(symbol, reference)
      bySymbol.set(symbol, [...(bySymbol.get(symbol) ?? []), reference])
    }
  return {
    ...reach,
    references,
    referencesTo: (symbol) => [...reach.referencesTo(symbol), ...(bySymbol.get(symbol) ?? [])],
  }
}
