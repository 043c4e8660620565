import type { BuildRecord } from '../build/index.ts'
import { ok, type Result } from '../diag/index.ts'
import { askInClosedLoop, type LoadResult } from '../run/index.ts'
import { countingRunner } from '../trace/index.ts'
import { clientConnections, clientLoads, type ClientOptions } from './client-loads.ts'
import type { TimedByClient } from './figures.ts'
import { referenceMemoryBytes, runQuietly } from './measure-boot.ts'
import { percentileOf, spreadOf, type Spread } from './spread.ts'

/** What the machine gets to get warm: an emulator compiles what runs for the first time. */
const warmUp = { connections: 8, durationMs: 1500 }
/** The machine is taken to hang when it is this late. */
const spareSeconds = 120

export interface MeasuredByClient {
  readonly client: TimedByClient | null
  readonly notes: readonly string[]
}

/**
 * Runs an image as it is used, with the machine's clock as its clock, and asks it from outside: a closed loop, round by round, all on one
 * machine. Nothing of this is exact. x86_64 runs on QEMU with QEMU's own network, i386 on v86 with azbuild's.
 */
export async function measureClient(
  record: BuildRecord,
  { rounds, durationMs }: ClientOptions,
  more: {
    readonly memoryBytes?: number
    readonly onStep?: (text: string) => void
    readonly signal?: AbortSignal
  } = {},
): Promise<Result<MeasuredByClient>> {
  const runner = countingRunner[record.arch]
  const loads = clientLoads.map((load) => ({ ...load, durationMs }))
  const enough = new AbortController()
  const stop = (): void => enough.abort()
  if (more.signal?.aborted) stop()
  more.signal?.addEventListener('abort', stop)
  const results = loads.map((): LoadResult[] => [])
  const ask = async (port: number): Promise<void> => {
    const { signal } = enough
    await askInClosedLoop(port, { ...warmUp, signal })
    for (let round = 1; round <= rounds; round++) {
      more.onStep?.(`a client outside, round ${round} of ${rounds}`)
      for (const [index, load] of loads.entries())
        results[index]!.push(await askInClosedLoop(port, { ...load, signal }))
    }
  }
  let asking: Promise<void> | undefined
  try {
    const outcome = await runQuietly(record, runner, {
      memoryBytes: more.memoryBytes ?? referenceMemoryBytes,
      ...(runner === 'qemu' ? { network: 'qemu' as const } : {}), // no code of ours on the way
      freePorts: true,
      timeoutSeconds: spareSeconds + (rounds * loads.length * durationMs) / 1000,
      signal: enough.signal,
      onEvent: (event) => {
        if (event.kind !== 'listening' || event.protocol !== 'tcp' || asking) return
        asking = ask(event.port)
        void asking.then(stop, stop)
      },
    })
    if (!outcome.ok) return outcome
    const ended = outcome.value.kind
    stop() // if the machine went first
    await asking
    if (more.signal?.aborted) return ok({ client: null, notes: [] })
    if (ended !== 'interrupted')
      return ok({ client: null, notes: [`it did not last under a client outside (${ended})`] })
  } finally {
    more.signal?.removeEventListener('abort', stop)
  }
  return ok(figuresOf(runner, rounds, durationMs, results))
}

function figuresOf(
  runner: TimedByClient['runner'],
  rounds: number,
  durationMs: number,
  results: readonly (readonly LoadResult[])[],
): MeasuredByClient {
  const all = results.flat()
  if (all.some(({ requests }) => requests === 0))
    return { client: null, notes: ['it left a client outside without an answer for a whole round'] }
  const failures = all.reduce((sum, one) => sum + one.failures, 0)
  const requests = all.reduce((sum, one) => sum + one.requests, 0)
  const dialed = results.at(-1)!
  return {
    client: {
      runner,
      rounds,
      roundSeconds: durationMs / 1000,
      failures,
      connections: clientConnections.map((connections, index) => ({
        connections,
        requestsPerSecond: spreadOf(results[index]!.map(perSecond)),
        latencyMicroseconds: latenciesOf(results[index]!),
      })),
      newConnectionsPerSecond: spreadOf(dialed.map(perSecond)),
    },
    notes:
      failures === 0
        ? []
        : [
            `of ${requests + failures} requests of a client outside ${failures} failed; the rest are in its figures`,
          ],
  }
}

const perSecond = ({ requests, elapsedMs }: LoadResult): number => Math.round(requests / (elapsedMs / 1000))

function latenciesOf(rounds: readonly LoadResult[]): Readonly<Record<'p50' | 'p90' | 'p99' | 'max', Spread>> {
  const at = (percent: number): Spread =>
    spreadOf(rounds.map(({ latenciesMs }) => Math.round(percentileOf(latenciesMs, percent) * 1000)))
  return { p50: at(50), p90: at(90), p99: at(99), max: at(100) }
}
