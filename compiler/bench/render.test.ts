import { expect, test } from 'vitest'
import type { BenchDocument, ImageFigures } from './figures.ts'
import { renderBench, renderBenchMarkdown } from './render.ts'

const spread = (median: number) => ({ median, min: median - 1, max: median + 1 })
const latencyMicroseconds = { p50: spread(70), p90: spread(90), p99: spread(1200), max: spread(5000) }

const image = {
  name: 'small',
  arch: 'i386',
  runner: 'v86',
  bytes: 1000,
  sections: { text: 1, readOnlyData: 2, data: 3, zero: 4 },
  requestInstructions: 10,
  client: {
    runner: 'v86',
    rounds: 3,
    roundSeconds: 1,
    failures: 0,
    connections: [1, 8, 64].map((connections) => ({
      connections,
      requestsPerSecond: spread(1000 * connections),
      latencyMicroseconds,
    })),
    newConnectionsPerSecond: spread(130),
  },
} as unknown as ImageFigures
const documentOf = (images: readonly ImageFigures[]): BenchDocument => ({
  version: 1,
  images,
  primitives: null,
  notes: [],
})

test('figures with a client outside stand apart, and say what they are', () => {
  const asked = documentOf([image])
  const [exact, timed, warning] = renderBench(asked).split('\n\n')
  expect(exact).toMatch(/a request +10$/m)
  expect(exact).not.toContain('/s')
  expect(timed).toMatch(/^timed, a client outside +small\nrounds +3 of 1 s, v86\n/)
  expect(timed).toMatch(/^requests\/s, 64 connections +64,000 \(63,999 - 64,001\)$/m)
  expect(timed).toMatch(/^ {2}latency p99, us +1,200 \(1,199 - 1,201\)$/m)
  expect(timed).toMatch(/^new connections\/s +130 \(129 - 131\)$/m)
  expect(warning).toContain('only ratios of one run mean anything')
  expect(renderBenchMarkdown(asked)).toContain('| timed, a client outside | small |\n|---|--:|\n')
})

test('without a client there is no word of it', () => {
  expect(renderBench(documentOf([{ ...image, client: null }]))).not.toMatch(/timed|client/i)
})
