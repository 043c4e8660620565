import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { reachable, topologicalOrder } from './index.ts'

const edges = (record: Record<string, string[]>) => (node: string) => record[node] ?? []

describe('topologicalOrder', () => {
  it('puts what must come before ahead, and keeps the given order otherwise', () => {
    expect(topologicalOrder(['a', 'b', 'c', 'd'], edges({ a: ['d'], b: ['a'] }))).toEqual({
      order: ['d', 'a', 'b', 'c'],
      cycles: [],
    })
  })
  it('returns a cycle and orders all the same', () => {
    expect(topologicalOrder(['a', 'b'], edges({ a: ['b'], b: ['a'] }))).toEqual({
      order: ['b', 'a'],
      cycles: [['a', 'b']],
    })
  })
  it('ignores nodes that are not in the list', () => {
    expect(topologicalOrder(['a'], edges({ a: ['x'] })).order).toEqual(['a'])
  })
  it('orders every acyclic graph', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(9))), (pairs) => {
        const acyclic = pairs.filter(([a, b]) => a < b)
        const before = (node: number) => acyclic.filter(([, b]) => b === node).map(([a]) => a)
        const nodes = [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
        const { order, cycles } = topologicalOrder(nodes, before)
        expect(cycles).toEqual([])
        expect([...order].sort()).toEqual([...nodes].sort())
        for (const [a, b] of acyclic) expect(order.indexOf(a)).toBeLessThan(order.indexOf(b))
      }),
    )
  })
})

describe('reachable', () => {
  it('follows edges through cycles', () => {
    expect([...reachable(['a'], edges({ a: ['b'], b: ['a', 'c'] }))]).toEqual(['a', 'b', 'c'])
  })
})
