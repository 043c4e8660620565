import { expect, it } from 'vitest'
import { renderDuration, renderVegetaReport, successes, type AttackResult } from './vegeta.ts'

/** The load test of Unicycle's README, as the client would have given it. */
const unicycle: AttackResult = {
  requests: 400_000,
  attackNs: 20_000_006_542,
  waitNs: 231_495,
  bytesIn: 50_800_000,
  bytesOut: 14_000_000,
  bodyBytes: 48,
  bodyHash: '5496825297aeafd4',
  statusCodes: { 200: 400_000 },
  errors: {},
  latency: {
    count: 400_000,
    sumNs: 230_239 * 400_000,
    minNs: 200_000,
    maxNs: 4_562_508,
    buckets: [
      [228_393, 200_000],
      [255_713, 180_000],
      [387_238, 16_000],
      [4_562_943, 4_000],
    ],
  },
  service: { count: 0, sumNs: 0, minNs: 0, maxNs: 0, buckets: [] },
}

it('reports as vegeta does', () => {
  expect(renderVegetaReport(unicycle)).toBe(
    `Requests      [total, rate, throughput]  400000, 19999.99, 19999.76
Duration      [total, attack, wait]      20.000238037s, 20.000006542s, 231.495µs
Latencies     [mean, 50, 95, 99, max]    230.239µs, 228.393µs, 255.713µs, 387.238µs, 4.562508ms
Bytes In      [total, mean]              19200000, 48.00
Bytes Out     [total, mean]              0, 0.00
Success       [ratio]                    100.00%
Status Codes  [code:count]               200:400000
Error Set:
`,
  )
})

it('reports what failed', () => {
  const failed: AttackResult = {
    ...unicycle,
    requests: 10,
    statusCodes: { 200: 6, 404: 1 },
    errors: { timeout: 2, 'connection reset': 1 },
  }
  expect(successes(failed)).toBe(6)
  const lines = renderVegetaReport(failed).split('\n')
  expect(lines.slice(5)).toEqual([
    'Success       [ratio]                    60.00%',
    'Status Codes  [code:count]               0:3  200:6  404:1',
    'Error Set:',
    'timeout (2)',
    'connection reset (1)',
    '',
  ])
})

it('has a rate of what was sent, and a total of what was due', () => {
  const errors = { 'not sent: no connection was free before the end': 150_000 }
  const late = { ...unicycle, attackNs: 50_000_000_000, waitNs: 0, statusCodes: { 200: 250_000 }, errors }
  expect(renderVegetaReport(late).split('\n')[0]).toBe(
    'Requests      [total, rate, throughput]  400000, 5000.00, 5000.00',
  )
})

it.each([
  [0, '0s'],
  [999, '999ns'],
  [1000, '1µs'],
  [231_495, '231.495µs'],
  [4_562_508, '4.562508ms'],
  [20_000_238_037, '20.000238037s'],
  [65_500_000_000, '1m5.5s'],
  [3_600_000_000_000, '1h0m0s'],
])('prints %d ns as Go does: %s', (ns, text) => {
  expect(renderDuration(ns)).toBe(text)
})
