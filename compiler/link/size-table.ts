import type { SizeReport } from './sizes.ts'

/** One line of a size table. Rows of one level add up to the row above them. */
export interface SizeRow {
  readonly level: 'total' | 'owner' | 'symbol'
  readonly name: string
  readonly bytes: number
  /** Of the file, 0 to 100. */
  readonly percent: number
  /** Zero-initialised memory beside the file; only for owners and the total. */
  readonly zeroBytes: number
}

/** The rows of `azbuild size`: owners by size, below each its `symbolsMax` largest symbols and the rest in one. */
export function sizeTable(report: SizeReport, symbolsMax = 0): readonly SizeRow[] {
  const percentOf = (bytes: number) => (report.bytes === 0 ? 0 : (bytes * 100) / report.bytes)
  const rows: SizeRow[] = []
  const add = (level: SizeRow['level'], name: string, bytes: number, zeroBytes = 0) =>
    rows.push({ level, name, bytes, percent: percentOf(bytes), zeroBytes })
  for (const part of report.parts) {
    add('owner', part.owner.name, part.bytes, part.zeroBytes)
    if (symbolsMax === 0) continue
    for (const { name, bytes } of part.symbols.slice(0, symbolsMax)) add('symbol', name, bytes)
    const rest = part.symbols.slice(symbolsMax)
    if (rest.length > 0)
      add(
        'symbol',
        `${rest.length} more`,
        rest.reduce((sum, one) => sum + one.bytes, 0),
      )
  }
  add(
    'total',
    'total',
    report.bytes,
    report.parts.reduce((sum, part) => sum + part.zeroBytes, 0),
  )
  return rows
}
