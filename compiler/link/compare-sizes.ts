import type { SizeReport } from './sizes.ts'

/** Bytes in the file by owner and symbol, both sorted by name: what is kept to be compared with later. Equal names of an owner are one. */
export type SymbolSizes = Readonly<Record<string, Readonly<Record<string, number>>>>

/** How one symbol changed between two builds. */
export interface SizeChange {
  /** `app`, `libc`, a component. */
  readonly owner: string
  readonly symbol: string
  readonly before: number
  readonly after: number
}

/** What a size report says by symbol. */
export function symbolSizes({ parts }: SizeReport): SymbolSizes {
  const sorted = parts.toSorted((a, b) => compareText(a.owner.name, b.owner.name))
  return Object.fromEntries(
    sorted.map(({ owner, symbols }) => {
      const bytes = new Map<string, number>()
      for (const one of symbols) bytes.set(one.name, one.bytes + (bytes.get(one.name) ?? 0))
      return [owner.name, Object.fromEntries([...bytes].sort(([a], [b]) => compareText(a, b)))]
    }),
  )
}

/** What changed, largest growth first, what shrank last; unchanged symbols are left out. */
export function compareSizes(before: SymbolSizes, after: SymbolSizes): readonly SizeChange[] {
  const changes = new Map<string, { owner: string; symbol: string; before: number; after: number }>()
  for (const [sizes, side] of [[before, 'before'] as const, [after, 'after'] as const])
    for (const [owner, symbols] of Object.entries(sizes))
      for (const [symbol, bytes] of Object.entries(symbols)) {
        const key = `${owner}\0${symbol}`
        const change = changes.get(key) ?? { owner, symbol, before: 0, after: 0 }
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

/** Bytes of an image without the padding between its sections, which hides small growth and exaggerates other. */
export function contentBytes(sizes: SymbolSizes): number {
  return Object.entries(sizes)
    .filter(([owner]) => owner !== 'padding')
    .flatMap(([, symbols]) => Object.values(symbols))
    .reduce((sum, bytes) => sum + bytes, 0)
}

/** One change in words: `libc: printf_core 5000 to 5700 bytes (+700)`. */
export function renderSizeChange({ owner, symbol, before, after }: SizeChange): string {
  const sign = after > before ? '+' : ''
  const change =
    before === 0
      ? `new, ${after} bytes`
      : after === 0
        ? `gone, ${before} bytes`
        : `${before} to ${after} bytes (${sign}${after - before})`
  return `${owner}: ${symbol} ${change}`
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
