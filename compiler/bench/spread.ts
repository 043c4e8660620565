/** One figure of several rounds. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** Median and spread of at least one value. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((left, right) => left - right)
  const middle = Math.floor(sorted.length / 2)
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
  return { median, min: sorted[0]!, max: sorted.at(-1)! }
}

/** The least of ascending values that at least `percent` of them do not exceed. */
export function percentileOf(ascending: ArrayLike<number>, percent: number): number {
  return ascending[Math.max(0, Math.ceil((percent / 100) * ascending.length) - 1)]!
}
