import { expect, test } from 'vitest'
import type { BenchRun, MeasuredImage } from './bench-file.ts'
import { compareRuns } from './compare.ts'
import { renderComparisons, renderComparisonsMarkdown } from './render-comparison.ts'

/** An image with figures, any of them null. */
type Image = MeasuredImage & Readonly<Record<string, unknown>>

const old: Image = {
  name: 'web',
  arch: 'x86_64',
  runner: 'qemu',
  bytes: 90_000,
  components: { app: 3_000, 'net/tcp': 18_000, gone: 10 },
  bootInstructions: 45_000,
  listenInstructions: null,
  requestInstructions: 4_000,
  requestLayerInstructions: { tcp: 1_000, driver: 500, app: 2_500 },
  leastMemoryBytes: 1_638_400,
  client: { requestsPerSecond: 1 },
  symbols: { app: { main: 1_000, page: 50 }, 'net/tcp': { input: 4_000 } },
}
const now: Image = {
  ...old,
  bytes: 90_090,
  components: { app: 3_100, 'net/tcp': 17_990, gone: 0 },
  bootInstructions: 44_000,
  listenInstructions: 3_000,
  requestInstructions: 4_100,
  requestLayerInstructions: { tcp: 1_200, driver: 400, app: 2_500 },
  client: { requestsPerSecond: 2 },
  symbols: { app: { main: 1_000, page: 150 }, 'net/tcp': { input: 3_990 } },
}
const file = (...images: MeasuredImage[]) => ({ version: 1 as const, runs: [{ label: 'abc', images }] })
const compare = (before: Image, after: Image, tolerance?: number) =>
  compareRuns(file(before), { images: [after] }, tolerance)[0]!

test('what moved is told by figure and by symbol, largest growth first', () => {
  const { figures, symbols, since, notes } = compare(old, now)
  expect(figures).toEqual([
    { figure: 'bytes', before: 90_000, after: 90_090 },
    { figure: 'components:app', before: 3_000, after: 3_100 },
    { figure: 'components:net/tcp', before: 18_000, after: 17_990 },
    { figure: 'components:gone', before: 10, after: 0 },
    { figure: 'bootInstructions', before: 45_000, after: 44_000 },
    { figure: 'listenInstructions', before: null, after: 3_000 },
    { figure: 'requestInstructions', before: 4_000, after: 4_100 },
    { figure: 'requestLayerInstructions:tcp', before: 1_000, after: 1_200 },
    { figure: 'requestLayerInstructions:driver', before: 500, after: 400 },
  ])
  expect(symbols).toEqual([
    { owner: 'app', symbol: 'page', before: 50, after: 150 },
    { owner: 'net/tcp', symbol: 'input', before: 4_000, after: 3_990 },
  ])
  expect([since, notes]).toEqual(['abc', []])
})

test('a figure that grew beyond the tolerance is a check that fails, with its parts and the symbols', () => {
  const { checks, problems } = compare(old, now)
  expect(checks).toEqual([
    { name: 'bytes', limit: 90_000, actual: 90_090, ok: false },
    { name: 'bootInstructions', limit: 45_000, actual: 44_000, ok: true },
    { name: 'requestInstructions', limit: 4_000, actual: 4_100, ok: false },
    { name: 'leastMemoryBytes', limit: 1_638_400, actual: 1_638_400, ok: true },
  ])
  expect(problems.map(({ message, because }) => [message, because])).toEqual([
    ['bytes of web (x86_64) grew from 90000 to 90090', ['app: page 50 to 150 bytes (+100)']],
    [
      'requestInstructions of web (x86_64) grew from 4000 to 4100',
      ['tcp 1000 to 1200 (+200, +20.00 %)', 'app: page 50 to 150 bytes (+100)'],
    ],
  ])
  expect(compare(old, now, 3).problems).toEqual([])
  expect(compare(old, now, 2.4).problems).toHaveLength(1)
})

test('a figure that cannot be had any more fails', () => {
  const { checks, problems } = compare(old, { ...old, bootInstructions: null })
  expect(checks[1]).toEqual({ name: 'bootInstructions', limit: 45_000, actual: null, ok: false })
  expect(problems.map((one) => one.code)).toEqual(['bench/lost'])
})

test('counts of another runner are not compared, bytes are', () => {
  const { figures, notes } = compare(old, { ...now, runner: 'v86' })
  expect(figures.map((one) => one.figure)).toEqual([
    'bytes',
    'components:app',
    'components:net/tcp',
    'components:gone',
  ])
  expect(notes).toEqual(['web was counted on qemu and now on v86: only bytes are compared'])
})

test('primitives are compared as images are; an image that is new is said', () => {
  const primitives = (getpidInstructions: number) => ({
    arch: 'i386' as const,
    runner: 'v86',
    getpidInstructions,
  })
  const before = { version: 1 as const, runs: [{ images: [], primitives: primitives(12) }] }
  const after: BenchRun = { images: [now], primitives: primitives(13) }
  const [image, below] = compareRuns(before, after)
  expect(image).toMatchObject({
    name: 'web',
    checks: [],
    notes: ['There are no figures of web for x86_64 to compare with'],
  })
  expect(below).toMatchObject({
    name: 'primitives',
    figures: [{ figure: 'getpidInstructions', before: 12, after: 13 }],
    problems: [{ code: 'bench/grown' }],
  })
})

test('text and Markdown', () => {
  const after = { ...old, bytes: 90_100, symbols: { ...old.symbols, app: { main: 1_000, page: 150 } } }
  const one = compareRuns(file(old), { images: [after] })
  expect(renderComparisons(one)).toBe(`web (x86_64) since abc
  bytes  90000 to 90100 (+100, +0.11 %)
  bytes by symbol, largest growth first:
  app: page  50 to 150 (+100, +200.00 %)
`)
  expect(renderComparisonsMarkdown(one)).toBe(`### web (x86_64) since abc

| figure | before | after | change |
|---|---:|---:|---:|
| \`bytes\` | 90000 | 90100 | +100 |

| symbol, bytes | before | after | change |
|---|---:|---:|---:|
| \`app: page\` | 50 | 150 | +100 |
`)
  const same = compareRuns(file(old), { images: [old] })
  expect(renderComparisons(same)).toBe('web (x86_64) since abc\n  nothing moved\n')
  expect(renderComparisonsMarkdown(same)).toContain('Nothing moved.')
  expect(renderComparisons(one, 0)).toContain('and 1 more symbols')
})
