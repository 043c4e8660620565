import { expect, it } from 'vitest'
import { countAbove, meanNs, percentileNs, type Histogram } from './latency.ts'

/** Each value in a bucket of its own, as for times below 2048 ns. */
function histogramOf(values: readonly number[]): Histogram {
  const counts = new Map<number, number>()
  for (const value of [...values].sort((a, b) => a - b)) counts.set(value, (counts.get(value) ?? 0) + 1)
  return {
    count: values.length,
    sumNs: values.reduce((sum, value) => sum + value, 0),
    minNs: Math.min(...values),
    maxNs: Math.max(...values),
    buckets: [...counts],
  }
}

it('takes the least value that so many percent do not exceed', () => {
  const hundred = histogramOf(Array.from({ length: 100 }, (_, index) => index + 1))
  expect([0, 1, 50, 95, 99, 99.9, 100].map((percent) => percentileNs(hundred, percent))).toEqual([
    1, 1, 50, 95, 99, 100, 100,
  ])
  expect(percentileNs(histogramOf([7]), 50)).toBe(7)
  expect(percentileNs(histogramOf([1, 1, 1, 1000]), 75)).toBe(1)
  expect(percentileNs(histogramOf([1, 1, 1, 1000]), 76)).toBe(1000)
})

it('never says more than the maximum, though its bucket reaches further', () => {
  const histogram: Histogram = {
    count: 1,
    sumNs: 5_000_000,
    minNs: 5_000_000,
    maxNs: 5_000_000,
    buckets: [[5_001_215, 1]],
  }
  expect(percentileNs(histogram, 99)).toBe(5_000_000)
})

it('has a mean, a count above a limit, and nothing for nothing', () => {
  expect(meanNs(histogramOf([1, 2, 6]))).toBe(3)
  expect(countAbove(histogramOf([1, 2, 6, 6]), 2)).toBe(2)
  const empty: Histogram = { count: 0, sumNs: 0, minNs: 0, maxNs: 0, buckets: [] }
  expect([percentileNs(empty, 50), meanNs(empty), countAbove(empty, 0)]).toEqual([0, 0, 0])
})
