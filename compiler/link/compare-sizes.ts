import type { SizeReport } from './sizes.ts'

/** How one symbol changed between two builds. */
export interface SizeChange {
  /** `app`, `libc`, a component. */
  readonly owner: string
  readonly symbol: string
  readonly before: number
  readonly after: number
}

/** What changed, largest growth first, what shrank last; unchanged symbols are left out. */
export function compareSizes(before: SizeReport, after: SizeReport): readonly SizeChange[] {
  const changes = new Map<string, { owner: string; symbol: string; before: number; after: number }>()
  for (const [report, side] of [[before, 'before'] as const, [after, 'after'] as const])
    for (const part of report.parts)
      for (const { name, bytes } of part.symbols) {
        const key = `${part.owner.name}\0${name}`
        const change = changes.get(key) ?? { owner: part.owner.name, symbol: name, before: 0, after: 0 }
        change[side] += bytes
        changes.set(key, change)
      }
  return [...changes.values()]
    .filter((one) => one.before !== one.after)
    .sort(
      (a, b) =>
        b.after - b.before - (a.after - a.before) ||
        compareText(a.owner, b.owner) ||
        compareText(a.symbol, b.symbol),
    )
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
