import type { Comparison } from './compare.ts'
import type { CountedRow, Group, Row, TimedRow } from './row.ts'

const titles: Readonly<Record<Group, string>> = {
  size: 'Image',
  memory: 'Memory',
  boot: 'Boot, counted',
  primitives: 'System calls and the like, instructions each',
  cpu: 'Work without a kernel',
  http: 'HTTP, from outside',
}

/**
 * The comparison as text. What is counted stands with its counts; what took time only as a ratio with its spread, since the times of an
 * emulated machine say nothing by themselves.
 */
export function renderComparison(comparison: Comparison): string {
  const { app, linux, machine, rounds, rows } = comparison
  const head = [
    `${app} on az and on Linux ${linux.kernel}, QEMU -M ${machine.machine} -cpu ${machine.cpu} -m ${machine.memoryBytes / 2 ** 20}M`,
    'A ratio says how many times better az does: Linux / az for what is better small, az / Linux for what is better large.',
    `Times are medians of ${rounds} rounds that alternate, [least .. most]; "=" marks counts that two runs of each side gave alike.`,
  ]
  const groups = [...new Set(rows.map(({ group }) => group))]
  const tables = groups.map((group) =>
    ['', titles[group], ...renderRows(rows.filter((row) => row.group === group))].join('\n'),
  )
  return [...head, ...tables, ...azalea(rows), ''].join('\n')
}

/** Names to the left, numbers to the right; a column that no row uses is not there. */
function renderRows(rows: readonly Row[]): readonly string[] {
  const lines = rows.map((row) => (row.kind === 'counted' ? countedCells(row) : timedCells(row)))
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((cells) => cells[column]!.length)))
  const last = widths.length - 1
  return lines.map((cells) => {
    const padded = cells.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0]!) : column === last ? cell : cell.padStart(widths[column]!),
    )
    return `  ${padded.filter((_, column) => widths[column]! > 0).join('  ')}`.trimEnd()
  })
}

type Cells = readonly [name: string, az: string, linux: string, ratio: string, rest: string]

function countedCells(row: CountedRow): Cells {
  const number = (value: number | null): string => (value === null ? 'n/a' : renderCount(value))
  return [
    row.name,
    `az ${number(row.az)}`,
    `Linux ${number(row.linux)}`,
    row.ratio === null ? '' : `x ${renderRatio(row.ratio)}`,
    [row.exact ? '=' : ' ', row.note ?? ''].join(' ').trimEnd(),
  ]
}

function timedCells({ name, of, ratio, note }: TimedRow): Cells {
  const spread = ratio === null ? '' : `[${renderRatio(ratio.least)} .. ${renderRatio(ratio.most)}]`
  const shown = ratio === null ? 'n/a' : `x ${renderRatio(ratio.median)}`
  const what = of === 'az/host' ? 'az here / this machine itself: less is better' : of
  return [name, '', '', shown, [spread, what, note].filter((part) => part).join('  ')]
}

export function renderCount(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 2 })
}

/** Three digits, as far as there are so many. */
export function renderRatio(ratio: number): string {
  return ratio.toLocaleString('en', { maximumSignificantDigits: 3 })
}

/** Figure 5 of Azalea's paper. */
function azalea(rows: readonly Row[]): readonly string[] {
  const counted = (name: string): CountedRow | undefined =>
    rows.find((row): row is CountedRow => row.kind === 'counted' && row.name === name)
  const call = counted('getpid')
  const trap = counted('getpidTrap')
  if (call?.az == null || call.linux === null || trap?.az == null) return []
  const row = (name: string, value: number, ratio: string): string =>
    `  ${name.padEnd(10)}  ${renderCount(value).padStart(10)}  ${ratio}`
  return [
    '',
    'Azalea, Fig. 5: getpid, mean of 10,000 calls in a row, in instructions',
    row('Linux', call.linux, '1'),
    row('trap door', trap.az, `x ${renderRatio(call.linux / trap.az)}`),
    row('call door', call.az, `x ${renderRatio(call.linux / call.az)}`),
  ]
}
