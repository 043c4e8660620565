import { expect, test } from 'vitest'
import { layers, type BenchDocument, type ImageFigures } from './figures.ts'
import { renderBench, renderBenchMarkdown } from './render.ts'

const spread = (median: number) => ({ median, min: median - 1, max: median + 1 })
const latencyMicroseconds = { p50: spread(70), p90: spread(90), p99: spread(1200), max: spread(5000) }
const counted = (instructions: number) => ({
  all: spread(instructions),
  byLayer: Object.fromEntries(layers.map((layer) => [layer, layer === 'tcp' ? spread(700) : nothing])),
})
const nothing = { median: 0, min: 0, max: 0 }

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
    counted: {
      connections: [1, 8, 64].map((connections) => ({
        connections,
        perRequest: counted(9000 + connections),
      })),
      perNewConnection: counted(30_000),
      perSyscall: { sendto: spread(2000) },
    },
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
  const [exact, instructions, notTheSame, timed, warning] = renderBench(asked).split('\n\n')
  expect(exact).toMatch(/a request +10$/m)
  expect(exact).not.toContain('/s')
  expect(instructions).toMatch(
    /^instructions, a client outside +small\na request, 1 connection +9,001 \(9,000 - 9,002\)$/m,
  )
  expect(instructions).toMatch(/^ {2}tcp +700 \(699 - 701\)$/m)
  expect(instructions).not.toMatch(/^ {2}irq/m)
  expect(instructions).toMatch(/^a new connection with one request +30,000 /m)
  expect(instructions).toMatch(/^sendto\(\) +2,000 \(1,999 - 2,001\)$/m)
  expect(notTheSame).toContain('not the same twice')
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
