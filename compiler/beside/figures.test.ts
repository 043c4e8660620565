import { expect, it } from 'vitest'
import { ok } from '../diag/index.ts'
import { countTwice, parseFigures } from './figures.ts'
import type { Side } from './sides.ts'

const sideThatPrints = (...texts: readonly string[]): Side => {
  const left = [...texts]
  return {
    name: 'az',
    files: {},
    run: async () => ok(left.shift()!),
    serve: async () => expect.unreachable(),
  }
}

it('reads figures and results, and passes over everything else', () => {
  const { values, results } = parseFigures(
    'hello\r\ngetpid 16.50 instructions\nsortSum 42 is\nx y z\npipe 3 ns\n',
  )
  expect([...values]).toEqual([
    ['getpid', 16.5],
    ['pipe', 3],
  ])
  expect([...results]).toEqual([['sortSum', '42']])
})

it('knows which figures two runs gave alike', async () => {
  const counted = await countTwice(
    sideThatPrints('a 1 instructions\nb 2 instructions\n', 'a 1 instructions\nb 3 instructions\n'),
    {
      memoryBytes: 1,
    },
  )
  expect(counted).toMatchObject({
    ok: true,
    value: {
      exact: new Set(['a']),
      values: new Map([
        ['a', 1],
        ['b', 2],
      ]),
    },
  })
})
