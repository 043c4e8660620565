import type { Span } from '../../diag/index.ts'
import { lineAt } from '../../object/index.ts'
import type { ReasonStep } from '../demand.ts'
import type { SectionNames } from './names.ts'
import type { Reference } from './reach.ts'

/**
 * The steps from a root to `last`, outermost first. Data without a name (a jump table, a string) is no step of its
 * own: what it points at counts as referred to by what refers to it.
 */
export function chainTo(
  last: Reference,
  names: SectionNames,
  mapSource: (path: string) => string,
): readonly ReasonStep[] {
  const path: Reference[] = []
  for (let one: Reference | undefined = last; one; one = one.from.via) path.unshift(one)
  const steps: ReasonStep[] = []
  let opened: Reference | undefined
  let from: string | undefined
  path.forEach((reference, index) => {
    const { offset } = reference
    const { file, section } = reference.from
    const before = steps.at(-1)?.to
    if (from === undefined || !opened) {
      const known = before !== undefined && names.covers(file, section, offset, before)
      from = known ? before : (names.nameAt(file, section, offset) ?? file.elf.sections[section]?.name ?? '?')
      opened = reference
    }
    const to = targetName(reference, names)
    if (to === undefined && index < path.length - 1) return
    const span = spanOf(opened, mapSource)
    steps.push({
      from,
      to: to ?? '?',
      ...(span ? { span } : {}),
      kind: opened === reference ? reference.kind : 'reference',
    })
    from = opened = undefined
  })
  return steps
}

function targetName({ symbol, local, from }: Reference, names: SectionNames): string | undefined {
  return symbol ?? (local && names.nameAt(from.file, local.section, local.offset))
}

function spanOf({ from, offset }: Reference, mapSource: (path: string) => string): Span | undefined {
  const line = lineAt(from.file.lines(), BigInt(offset), from.section)
  return line && { file: mapSource(line.file), line: line.line }
}
