import type { BuildRecord } from '../build/index.ts'
import { ok, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import { joinOutside, openClosedLoop, type ClosedLoop, type Outside } from '../run/index.ts'
import { countingRunner, followStart, openTrace, type CallNode, type Trace } from '../trace/index.ts'
import { layers, type CountedByClient, type CountedSpread } from './figures.ts'
import { clientLoads } from './client-loads.ts'
import { layerTotals, syscallMeans } from './layers.ts'
import { spreadOf, type Spread } from './spread.ts'

/** Requests of a stretch: enough for each of 64 connections to ask twice. */
const requestsMax = 128
/** Nothing is timed, so nothing has to be quick: only a guest that hangs is late. */
const patient = { durationMs: Infinity, timeoutMs: 120_000 }
/** Of a round, with all that it takes to open its connections: ten times hello-http's. */
const instructionsMaxPerRound = 200_000_000

/** A stretch of a round: what it was asked for and what it ran. */
interface Stretch {
  readonly requests: number
  readonly tree: CallNode
}

/** What is counted with a client outside, and what a reader has to know. */
export interface Counted {
  readonly counted: CountedByClient | null
  readonly notes: readonly string[]
}

/**
 * Follows every instruction of an image that a client outside asks through a port of this machine, over azbuild's user-mode network:
 * what the guest ran is told exactly; how the client's segments fall together is not the same twice.
 */
export async function countClient(
  host: Host,
  record: BuildRecord,
  rounds: number,
  more: { readonly onStep?: (text: string) => void; readonly signal?: AbortSignal } = {},
): Promise<Result<Counted>> {
  const opened = await openTrace(host, record, {
    runner: countingRunner[record.arch],
    instructionsMax: (rounds + 1) * instructionsMaxPerRound,
    ...(more.signal ? { signal: more.signal } : {}),
  })
  if (!opened.ok) return opened
  const trace = opened.value
  let outside: Outside | undefined
  try {
    const started = await followStart(host, record, trace)
    if (!started.ok) return started
    const guestPort = /^listen tcp (\d+)$/m.exec(trace.linkText())?.[1]
    if (guestPort === undefined) return ok({ counted: null, notes: [] })
    outside = joinOutside(trace.resume, started.value.frames)
    const port = await outside.open(Number(guestPort))
    if (!port.ok) return port
    return await countRounds(trace, outside, port.value, rounds, more.onStep)
  } finally {
    outside?.destroy()
    await trace.machine.stop()
  }
}

async function countRounds(
  trace: Trace,
  outside: Outside,
  port: number,
  rounds: number,
  onStep: (text: string) => void = () => {},
): Promise<Result<Counted>> {
  const loops: ClosedLoop[] = []
  for (const load of clientLoads) {
    const loop = await outside.during(openClosedLoop(port, { ...load, ...patient, requestsMax }))
    if (!loop.ok) return loop
    loops.push(loop.value)
  }
  const stretches: Stretch[][] = clientLoads.map(() => [])
  let failures = 0
  for (let round = 0; round <= rounds; round++) {
    onStep(round === 0 ? 'warming up' : `counting with a client outside, round ${round} of ${rounds}`)
    for (const [index, loop] of loops.entries()) {
      const from = trace.calls.mark()
      const asked = await outside.during(loop.ask())
      if (!asked.ok) return asked
      failures += asked.value.failures
      if (asked.value.requests === 0) return ok({ counted: null, notes: [unanswered] })
      if (round > 0)
        stretches[index]!.push({ requests: asked.value.requests, tree: trace.calls.tree('round', from) })
    }
  }
  for (const loop of loops) {
    const closed = await outside.during(loop.close())
    if (!closed.ok) return closed
  }
  return ok({
    counted: figuresOf(stretches),
    notes: failures === 0 ? [] : [`${failures} requests of a client outside failed while it was counted`],
  })
}

const unanswered = 'it left a client outside without an answer for a whole round of counting'

/** `stretches` has the rounds of each load. */
function figuresOf(stretches: readonly (readonly Stretch[])[]): CountedByClient {
  return {
    connections: clientLoads.flatMap(({ connections, newConnections }, index) =>
      newConnections ? [] : [{ connections, perRequest: perRequest(stretches[index]!) }],
    ),
    perNewConnection: perRequest(stretches.at(-1)!),
    perSyscall: perSyscall(stretches[0]!),
  }
}

function perRequest(rounds: readonly Stretch[]): CountedSpread {
  const spread = (instructionsOf: (tree: CallNode) => number): Spread =>
    spreadOf(rounds.map(({ tree, requests }) => Math.round(instructionsOf(tree) / requests)))
  return {
    all: spread(({ totalInstructions }) => totalInstructions),
    byLayer: Object.fromEntries(layers.map((layer) => [layer, spread((tree) => layerTotals(tree)[layer])])),
  }
}

/** Of the calls that were made in each round. */
function perSyscall(rounds: readonly Stretch[]): Readonly<Record<string, Spread>> {
  const means = rounds.map(({ tree }) => syscallMeans(tree))
  return Object.fromEntries(
    Object.keys(means[0]!)
      .filter((name) => means.every((round) => name in round))
      .map((name) => [name, spreadOf(means.map((round) => round[name]!))]),
  )
}
