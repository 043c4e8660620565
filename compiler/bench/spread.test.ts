import { expect, test } from 'vitest'
import { percentileOf, spreadOf } from './spread.ts'

test('the median is in the middle, whatever the order', () => {
  expect(spreadOf([3, 1, 20])).toEqual({ median: 3, min: 1, max: 20 })
  expect(spreadOf([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4 })
  expect(spreadOf([7])).toEqual({ median: 7, min: 7, max: 7 })
})

test('a percentile is one of the values', () => {
  const values = Array.from({ length: 200 }, (_, index) => index + 1)
  expect([50, 90, 99, 100].map((percent) => percentileOf(values, percent))).toEqual([100, 180, 198, 200])
  expect(percentileOf([5], 50)).toBe(5)
  expect(percentileOf([1, 2], 0)).toBe(1)
})
