/** Times as bench/load/load.c gives them: buckets of [highest value, count] in ascending order, in ns. */
export interface Histogram {
  readonly count: number
  readonly sumNs: number
  readonly minNs: number
  readonly maxNs: number
  readonly buckets: readonly (readonly [highestNs: number, count: number])[]
}

/**
 * The least value that at least `percent` of all values do not exceed, as far as the buckets tell: the highest value of the bucket it
 * lies in, and never more than the maximum. 0 for an empty histogram.
 */
export function percentileNs(histogram: Histogram, percent: number): number {
  const rank = Math.max(1, Math.ceil((percent / 100) * histogram.count))
  let seen = 0
  for (const [highest, count] of histogram.buckets) {
    seen += count
    if (seen >= rank) return Math.min(highest, histogram.maxNs)
  }
  return histogram.maxNs
}

/** The mean; 0 for an empty histogram. */
export function meanNs({ sumNs, count }: Histogram): number {
  return count === 0 ? 0 : sumNs / count
}

/** How many values lie above a limit, as far as the buckets tell. */
export function countAbove({ buckets }: Histogram, limitNs: number): number {
  return buckets.reduce((sum, [highest, count]) => (highest > limitNs ? sum + count : sum), 0)
}
