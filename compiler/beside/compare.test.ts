import { expect, it } from 'vitest'
import type { BuildRecord } from '../build/index.ts'
import { ok } from '../diag/index.ts'
import { memoryHost } from '../host/index.ts'
import type { Attack, Attacker } from './attack.ts'
import { compareHttp } from './compare-http.ts'
import { leastByHalving } from './compare-memory.ts'
import { countOnLinux, countProgram } from './count-programs.ts'
import type { LinuxGuest } from './linux/guest.ts'
import { besideFolder } from './program.ts'
import type { BothSides, Side, SideName } from './sides.ts'
import type { AttackResult } from './vegeta.ts'

/** Sides that print these texts in turn, and serve on ports of their own. */
function fakeSides(printed: Readonly<Record<SideName, readonly string[]>>, served: string[] = []): BothSides {
  const side = (name: SideName, port: number): Side => {
    const texts = [...printed[name]]
    return {
      name,
      files: {},
      run: async () => ok(texts.shift()!),
      serve: (_, work) => {
        served.push(name)
        return work(port)
      },
    }
  }
  const unused = {} as unknown as BuildRecord & LinuxGuest
  return {
    name: 'app',
    az: side('az', 1),
    linux: side('linux', 2),
    hostProgram: '',
    record: unused,
    guest: unused,
  }
}

const answerOf = (perSecond: number, latencyNs: number, bodyHash = 'same'): AttackResult => ({
  requests: perSecond,
  attackNs: 1e9,
  waitNs: 0,
  bytesIn: 0,
  bytesOut: 0,
  bodyBytes: 5,
  bodyHash,
  statusCodes: { 200: perSecond },
  errors: {},
  latency: { count: 1, sumNs: latencyNs, minNs: latencyNs, maxNs: latencyNs, buckets: [[latencyNs, 1]] },
  service: { count: 0, sumNs: 0, minNs: 0, maxNs: 0, buckets: [] },
})

const options = { memoryBytes: 1, rounds: 2, connections: [1, 8], durationMs: 1000, onStep: () => {} }

it('counts a program on both, and says which counts were equal twice', async () => {
  const sides = fakeSides({
    az: ['a 2 instructions\nb 5 instructions\nsum 7 is\n', 'a 2 instructions\nb 6 instructions\nsum 7 is\n'],
    linux: [
      'a 10 instructions\nb 5 instructions\nsum 7 is\n',
      'a 10 instructions\nb 5 instructions\nsum 7 is\n',
    ],
  })
  const common = { kind: 'counted', group: 'cpu', unit: 'instructions' }
  expect(await countProgram('cpu', sides, 1)).toMatchObject({
    ok: true,
    value: [
      { ...common, name: 'a', az: 2, linux: 10, ratio: 5, exact: true },
      { ...common, name: 'b', az: 5, linux: 5, ratio: 1, exact: false },
    ],
  })
})

it('does not compare different work', async () => {
  const sides = fakeSides({ az: ['sum 7 is\n', 'sum 7 is\n'], linux: ['sum 8 is\n', 'sum 8 is\n'] })
  expect(await countProgram('cpu', sides, 1)).toMatchObject({
    ok: false,
    problems: [{ code: 'beside/different-results' }],
  })
})

it('has no ratio where az has nothing', async () => {
  const { linux } = fakeSides({ az: [], linux: ['s 9 instructions\n', 's 9 instructions\n'] })
  expect(await countOnLinux('primitives', linux, 1, 'one process')).toMatchObject({
    ok: true,
    value: [{ name: 's', az: null, linux: 9, ratio: null, exact: true, note: 'one process' }],
  })
})

it('alternates, then attacks both at half of what the slower one reached', async () => {
  const served: string[] = []
  const attacks: (Attack & { readonly side: string })[] = []
  const attack: Attacker = async (_, how, side) => {
    attacks.push({ ...how, side })
    return ok(side === 'az' ? answerOf(3000, 1_000) : answerOf(1001, 4_000))
  }
  const rows = await compareHttp(fakeSides({ az: [], linux: [] }, served), attack, options)
  expect(served).toEqual(['az', 'linux', 'az', 'linux', 'az', 'linux', 'az', 'linux'])
  const open = attacks.filter(({ rate }) => rate !== undefined)
  expect(open).toHaveLength(8)
  expect(open.every(({ rate }) => rate === 500)).toBe(true)
  expect(rows.ok && rows.value.map(({ name, of, ratio }) => [name, of, ratio!.median])).toEqual([
    ['requests/s, 1 connection', 'az/linux', 3000 / 1001],
    ['requests/s, 8 connections', 'az/linux', 3000 / 1001],
    ['new connections/s', 'az/linux', 3000 / 1001],
    ...['1 connection', '8 connections'].flatMap((count) =>
      [50, 90, 99, 99.9].map((percent) => [`latency p${percent}, ${count}`, 'linux/az', 4]),
    ),
  ])
})

it('does not compare different answers', async () => {
  const attack: Attacker = async (_, __, side) => ok(answerOf(10, 10, side))
  expect(await compareHttp(fakeSides({ az: [], linux: [] }), attack, options)).toMatchObject({
    ok: false,
    problems: [{ code: 'beside/different-answers' }],
  })
})

it('finds the least by halving', async () => {
  const tried: number[] = []
  const holdsFrom = (limit: number) => async (value: number) => (tried.push(value), value >= limit)
  expect(await leastByHalving(16, 512, 4, holdsFrom(100))).toBe(100)
  expect(tried.length).toBeLessThan(10)
  expect(await leastByHalving(16, 512, 4, holdsFrom(1))).toBe(16)
  expect(await leastByHalving(16, 512, 4, holdsFrom(513))).toBeUndefined()
})

it('says when nothing can be kept', () => {
  const host = memoryHost()
  const full = {
    ...host,
    write: () => {
      throw new Error('read-only')
    },
  }
  expect(besideFolder(full)).toMatchObject({
    ok: false,
    problems: [{ code: 'beside/no-cache', cause: 'machine' }],
  })
})
