import { fail, ok, type Result } from '../diag/index.ts'
import type { Attack, Attacker } from './attack.ts'
import { differentAnswers } from './diagnostics.ts'
import { percentileNs } from './latency.ts'
import { rateRow, timeRow, type TimedRow } from './row.ts'
import { spreadOf } from './spread.ts'
import type { BothSides, Side } from './sides.ts'
import { successes, type AttackResult } from './vegeta.ts'

export interface HttpOptions {
  readonly memoryBytes: number
  readonly rounds: number
  readonly connections: readonly number[]
  /** Of each attack. */
  readonly durationMs: number
  readonly onStep: (text: string) => void
}

/** Bound to one machine, so that what the client and the network take is paid by both alike. */
type BySide = Readonly<Record<Side['name'], AttackResult[]>>

const percentiles = [50, 90, 99, 99.9] as const
/** New connections are made by so many at once. */
const dialers = 8
/** What both sides get to get warm: TCG compiles what runs for the first time. */
const warmUp: Attack = { connections: 8, durationMs: 500 }
/** How long an attack waits for answers once all is sent: a side that is this late has shown it. */
const timeoutMs = 10_000

/**
 * Requests and new connections per second in a closed loop; then latencies in an open one, at half of what the slower side reached with as
 * many connections, the same for both. Each round boots az and then Linux, so that what the machine does meanwhile meets both.
 */
export async function compareHttp(
  sides: BothSides,
  attack: Attacker,
  options: HttpOptions,
): Promise<Result<readonly TimedRow[]>> {
  const { durationMs, connections } = options
  const closed = connections.map((count): Attack => ({ connections: count, durationMs, timeoutMs }))
  const dialed: Attack = { connections: dialers, durationMs, timeoutMs, newConnections: true }
  const throughput = await attackBoth(sides, attack, [...closed, dialed], options)
  if (!throughput.ok) return throughput
  const rates = throughput.value.map(({ az, linux }) =>
    Math.min(...[az, linux].map((results) => spreadOf(results.map(perSecond)).median)),
  )
  const open = closed.map((one, index): Attack => ({
    ...one,
    rate: Math.max(1, Math.floor(rates[index]! / 2)),
  }))
  const latency = await attackBoth(sides, attack, open, options)
  if (!latency.ok) return latency

  const rows = throughput.value.map(({ az, linux }, index) =>
    rateRow(
      'http',
      index < closed.length ? `requests/s, ${countOf(connections[index]!)}` : 'new connections/s',
      az.map(perSecond),
      linux.map(perSecond),
    ),
  )
  for (const [index, { az, linux }] of latency.value.entries()) {
    for (const percent of percentiles) {
      const at = (result: AttackResult): number => percentileNs(result.latency, percent)
      const name = `latency p${percent}, ${countOf(connections[index]!)}`
      rows.push(timeRow('http', name, az.map(at), linux.map(at)))
    }
  }
  return ok(rows)
}

const countOf = (connections: number): string => `${connections} connection${connections === 1 ? '' : 's'}`

/** Answered requests per second. */
function perSecond(result: AttackResult): number {
  return successes(result) / ((result.attackNs + result.waitNs) / 1e9)
}

/** The results of each attack, on both sides, round by round. */
async function attackBoth(
  sides: BothSides,
  attack: Attacker,
  attacks: readonly Attack[],
  { memoryBytes, rounds, onStep }: HttpOptions,
): Promise<Result<readonly BySide[]>> {
  const results = attacks.map((): BySide => ({ az: [], linux: [] }))
  for (let round = 0; round < rounds; round++) {
    for (const side of [sides.az, sides.linux]) {
      onStep(`${sides.name} on ${side.name}, round ${round + 1} of ${rounds}`)
      const served = await side.serve({ memoryBytes }, async (port) => {
        const warm = await attack(port, warmUp, side.name)
        if (!warm.ok) return warm
        for (const [index, one] of attacks.entries()) {
          const result = await attack(port, one, side.name)
          if (!result.ok) return result
          results[index]![side.name].push(result.value)
        }
        return ok(undefined)
      })
      if (!served.ok) return served
    }
  }
  const hashes = results.flatMap(({ az, linux }) => [...az, ...linux].map(({ bodyHash }) => bodyHash))
  return new Set(hashes).size > 1 ? fail(differentAnswers(sides.name)) : ok(results)
}

/** One attack on each side, for a report in the form of vegeta's. */
export async function attackOnce(
  sides: BothSides,
  attack: Attacker,
  how: Attack,
  { memoryBytes, onStep }: Pick<HttpOptions, 'memoryBytes' | 'onStep'>,
): Promise<Result<Readonly<Record<Side['name'], AttackResult>>>> {
  const both = await attackBoth(sides, attack, [how], {
    memoryBytes,
    rounds: 1,
    connections: [],
    durationMs: how.durationMs,
    onStep,
  })
  return both.ok ? ok({ az: both.value[0]!.az[0]!, linux: both.value[0]!.linux[0]! }) : both
}
