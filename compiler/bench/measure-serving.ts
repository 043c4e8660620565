import { ok, type Result } from '../diag/index.ts'
import { isWholeHttpAnswer, lockStepClient, type LockStepClient } from '../run/index.ts'
import type { CallNode, Trace, TraceMark } from '../trace/index.ts'
import type { LayerInstructions } from './figures.ts'
import { layerTotals, meansOf, syscallMeans } from './layers.ts'

/** Requests and connections before the first that counts: caches, windows and the app's own records reach their size. */
const warmUpRequests = 20
const warmUpConnections = 2
/** How many count. */
export const countedRequests = 50
export const countedConnections = 10

const get = Buffer.from('GET / HTTP/1.1\r\nHost: 10.0.2.15\r\n\r\n')

/** What a listening app's requests and connections cost. */
export interface ServingFigures {
  readonly requestInstructions: number | null
  readonly requestLayerInstructions: LayerInstructions | null
  readonly connectionInstructions: number | null
  readonly connectionLayerInstructions: LayerInstructions | null
  readonly connectionRequestInstructions: number | null
  readonly syscallInstructions: Readonly<Record<string, number>> | null
  readonly notes: readonly string[]
}

export const notServing: ServingFigures = {
  requestInstructions: null,
  requestLayerInstructions: null,
  connectionInstructions: null,
  connectionLayerInstructions: null,
  connectionRequestInstructions: null,
  syscallInstructions: null,
  notes: [],
}

/** A client that moves with the trace; `sent` is what the guest has sent so far. */
async function startClient(trace: Trace, sent: readonly Uint8Array[]): Promise<Result<LockStepClient>> {
  const client = lockStepClient(async (frame) => {
    const pause = await trace.resume(frame && [frame])
    if (!pause.ok) return pause
    return ok(pause.value.kind === 'idle' ? pause.value.frames : undefined)
  })
  const settled = await client.settle(sent)
  return settled.ok ? ok(client) : settled
}

/** The calls of `countedRequests` GETs of / in the steady state; `undefined` when the app does not answer so many on one connection. */
export async function followRequests(
  trace: Trace,
  port: number,
  sent: readonly Uint8Array[],
): Promise<Result<CallNode | undefined>> {
  const client = await startClient(trace, sent)
  if (!client.ok) return client
  const counted = await countRequests(trace, client.value, port)
  return counted.ok ? ok(counted.value.stretch) : counted
}

/** Asks an app that listens on `port` in lock step. `sent` is what the guest has sent so far. */
export async function measureServing(
  trace: Trace,
  port: number,
  sent: readonly Uint8Array[],
  onStep: (text: string) => void,
): Promise<Result<ServingFigures>> {
  const started = await startClient(trace, sent)
  if (!started.ok) return started
  const client = started.value
  onStep('counting requests')
  const requests = await countRequests(trace, client, port)
  if (!requests.ok) return requests
  onStep('counting connections')
  const connections = await countConnections(trace, client, port)
  if (!connections.ok) return connections
  const { stretch: asked, note: requestNote } = requests.value
  const { stretch: connected, note: connectionNote } = connections.value
  const whole = asked ? await countConnections(trace, client, port, true) : ok({} as Counted)
  if (!whole.ok) return whole
  return ok({
    requestInstructions: asked ? meanOf(asked, countedRequests) : null,
    requestLayerInstructions: asked ? meansOf(layerTotals(asked), countedRequests) : null,
    connectionInstructions: connected ? meanOf(connected, countedConnections) : null,
    connectionLayerInstructions: connected ? meansOf(layerTotals(connected), countedConnections) : null,
    connectionRequestInstructions: whole.value.stretch
      ? meanOf(whole.value.stretch, countedConnections)
      : null,
    syscallInstructions: asked ? syscallMeans(asked) : connected ? syscallMeans(connected) : null,
    notes: [requestNote, connectionNote, whole.value.note].filter((note) => note !== undefined),
  })
}

/** The tree of what was counted, or why nothing could be. */
interface Counted {
  readonly stretch?: CallNode
  readonly note?: string
}

const meanOf = (tree: CallNode, times: number): number => Math.round(tree.totalInstructions / times)

/** The same connection is asked over and over: each GET acknowledges the answer before it, as with a client that never waits. */
async function countRequests(trace: Trace, client: LockStepClient, port: number): Promise<Result<Counted>> {
  const opened = await client.connect(port)
  if (!opened.ok) return opened
  if (!opened.value) return ok({ note: `nothing answers a connection to port ${port}` })
  const connection = opened.value
  let from: TraceMark | undefined
  for (let i = 0; i < warmUpRequests + countedRequests; i++) {
    if (i === warmUpRequests) from = trace.calls.mark()
    const answer = await connection.request(get, isWholeHttpAnswer)
    if (!answer.ok) return answer
    if (answer.value === undefined)
      return ok({
        note:
          i === 0
            ? `port ${port} does not answer a GET, so there is no request to count`
            : `port ${port} answers ${i} GETs on a connection and no more, so there is no steady state to count`,
      })
  }
  const stretch = trace.calls.tree(`${countedRequests} requests`, from)
  const closed = await connection.close()
  if (!closed.ok) return closed
  return ok({ stretch })
}

/** Connections that carry nothing, or one GET. */
async function countConnections(
  trace: Trace,
  client: LockStepClient,
  port: number,
  withRequest = false,
): Promise<Result<Counted>> {
  let from: TraceMark | undefined
  for (let i = 0; i < warmUpConnections + countedConnections; i++) {
    if (i === warmUpConnections) from = trace.calls.mark()
    const opened = await client.connect(port)
    if (!opened.ok) return opened
    if (!opened.value) return ok({ note: `port ${port} takes ${i} connections and no more` })
    if (withRequest) {
      const answer = await opened.value.request(get, isWholeHttpAnswer)
      if (!answer.ok) return answer
      if (answer.value === undefined)
        return ok({ note: `port ${port} does not answer a GET on every connection` })
    }
    const closed = await opened.value.close()
    if (!closed.ok) return closed
    if (!closed.value)
      return ok({ note: `port ${port} does not close a connection that its client has closed` })
  }
  return ok({ stretch: trace.calls.tree('connections', from) })
}
