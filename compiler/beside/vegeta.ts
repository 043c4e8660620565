import { meanNs, percentileNs, type Histogram } from './latency.ts'

/** What one attack of the load client found: the document of bench/load/load.c. */
export interface AttackResult {
  readonly requests: number
  /** From the first request to the last one's start, and from there to the last answer. */
  readonly attackNs: number
  readonly waitNs: number
  readonly bytesIn: number
  readonly bytesOut: number
  readonly bodyBytes: number
  readonly bodyHash: string
  readonly statusCodes: Readonly<Record<string, number>>
  readonly errors: Readonly<Record<string, number>>
  /** From when each request was due. */
  readonly latency: Histogram
  /** From when each request was sent: what a client that waits for the server would have seen. */
  readonly service: Histogram
}

/** How bench/load/load.c names the requests that were due and for which no connection became free. */
const notSent = 'not sent: no connection was free before the end'

/** Requests that were answered well. */
export function successes({ statusCodes }: AttackResult): number {
  return Object.entries(statusCodes)
    .filter(([code]) => code >= '200' && code < '400')
    .reduce((sum, [, count]) => sum + count, 0)
}

/**
 * An attack in the form of `vegeta report`, as Unicycle's README shows it, with the throughput that later versions add. The total
 * is of all that were due, the rate of those that were sent; latencies count from when a request was due; bytes in are those of the bodies, as there.
 */
export function renderVegetaReport(result: AttackResult): string {
  const { requests, attackNs, waitNs, latency, bodyBytes } = result
  const sent = requests - (result.errors[notSent] ?? 0)
  const good = successes(result)
  const answers = Object.values(result.statusCodes).reduce((sum, count) => sum + count, 0)
  const bodies = answers * bodyBytes
  const latencies = [
    meanNs(latency),
    ...[50, 95, 99].map((percent) => percentileNs(latency, percent)),
    latency.maxNs,
  ]
  const rows: readonly (readonly [string, string, string])[] = [
    [
      'Requests',
      '[total, rate, throughput]',
      `${requests}, ${perSecond(sent, attackNs)}, ${perSecond(good, attackNs + waitNs)}`,
    ],
    [
      'Duration',
      '[total, attack, wait]',
      [attackNs + waitNs, attackNs, waitNs].map(renderDuration).join(', '),
    ],
    ['Latencies', '[mean, 50, 95, 99, max]', latencies.map(renderDuration).join(', ')],
    ['Bytes In', '[total, mean]', `${bodies}, ${mean(bodies, requests)}`],
    ['Bytes Out', '[total, mean]', '0, 0.00'],
    ['Success', '[ratio]', `${((100 * good) / Math.max(1, requests)).toFixed(2)}%`],
    ['Status Codes', '[code:count]', renderCodes(result)],
  ]
  const lines = rows.map(([name, what, value]) => `${name.padEnd(14)}${what.padEnd(27)}${value}`.trimEnd())
  const errors = Object.entries(result.errors).map(([what, count]) => `${what} (${count})`)
  return [...lines, 'Error Set:', ...errors, ''].join('\n')
}

/** Code 0 stands for requests without an answer, as in vegeta. */
function renderCodes({ statusCodes, errors }: AttackResult): string {
  const unanswered = Object.values(errors).reduce((sum, count) => sum + count, 0)
  const codes = [...(unanswered > 0 ? [['0', unanswered] as const] : []), ...Object.entries(statusCodes)]
  return codes.map(([code, count]) => `${code}:${count}`).join('  ')
}

const perSecond = (count: number, ns: number): string => (ns === 0 ? 0 : count / (ns / 1e9)).toFixed(2)
const mean = (sum: number, count: number): string => (count === 0 ? 0 : sum / count).toFixed(2)

/** A time as Go prints it: `231.495µs`, `4.562508ms`, `20.000238037s`, `1m5.5s`. */
export function renderDuration(ns: number): string {
  const whole = Math.round(ns)
  if (whole === 0) return '0s'
  if (whole < 1e3) return `${whole}ns`
  if (whole < 1e6) return `${decimal(whole, 3)}µs`
  if (whole < 1e9) return `${decimal(whole, 6)}ms`
  const minutes = Math.floor(whole / 60e9)
  const hours = Math.floor(minutes / 60)
  const seconds = `${decimal(whole - minutes * 60e9, 9)}s`
  if (hours > 0) return `${hours}h${minutes % 60}m${seconds}`
  return minutes > 0 ? `${minutes}m${seconds}` : seconds
}

/** `whole` shifted by so many decimal digits, without zeros at its end. */
function decimal(whole: number, digits: number): string {
  const text = String(whole).padStart(digits + 1, '0')
  const fraction = text.slice(-digits).replace(/0+$/, '')
  return `${text.slice(0, -digits)}${fraction === '' ? '' : `.${fraction}`}`
}
