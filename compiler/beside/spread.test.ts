import { expect, it } from 'vitest'
import { ratioSpread, spreadOf } from './spread.ts'

it('has the median in the middle and keeps the rounds as they came', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3, rounds: [3, 1, 2] })
  expect(spreadOf([4, 1, 2, 3]).median).toBe(2.5)
})

it('divides round by round', () => {
  expect(ratioSpread([10, 40, 9], [5, 10, 3])).toEqual({ median: 3, least: 2, most: 4, rounds: [2, 4, 3] })
  expect(ratioSpread([1], [0])).toBeUndefined()
  expect(ratioSpread([], [])).toBeUndefined()
})
