import { ratioSpread, type Spread } from './spread.ts'

export const groups = ['size', 'memory', 'boot', 'primitives', 'cpu', 'http'] as const
export type Group = (typeof groups)[number]

/** A figure that is counted, not timed: what it is on each side may be said. `null`: that side has no such thing, `note` says why. */
export interface CountedRow {
  readonly kind: 'counted'
  readonly group: Group
  readonly name: string
  readonly unit: 'bytes' | 'instructions' | 'ns of the machine'
  readonly az: number | null
  readonly linux: number | null
  /** How many times az's is Linux's. */
  readonly ratio: number | null
  /** Equal to the last digit in two runs of each side. */
  readonly exact: boolean
  readonly note?: string
}

/** A figure that took time: only how the two compare says anything, round by round. */
export interface TimedRow {
  readonly kind: 'timed'
  readonly group: Group
  readonly name: string
  /** What the ratio is of: above 1 az does better in either case. */
  readonly of: 'linux/az' | 'az/linux' | 'az/host'
  readonly ratio: Spread | null
  readonly note?: string
}

export type Row = CountedRow | TimedRow

export function countedRow(row: Omit<CountedRow, 'kind' | 'ratio'>): CountedRow {
  const { az, linux } = row
  return { kind: 'counted', ...row, ratio: az !== null && linux !== null && az > 0 ? linux / az : null }
}

/** A time: less is better. */
export function timeRow(
  group: Group,
  name: string,
  az: readonly number[],
  linux: readonly number[],
): TimedRow {
  return { kind: 'timed', group, name, of: 'linux/az', ratio: ratioSpread(linux, az) ?? null }
}

/** A rate: more is better. */
export function rateRow(
  group: Group,
  name: string,
  az: readonly number[],
  linux: readonly number[],
): TimedRow {
  return { kind: 'timed', group, name, of: 'az/linux', ratio: ratioSpread(az, linux) ?? null }
}
