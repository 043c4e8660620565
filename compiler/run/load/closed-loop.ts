import * as net from 'node:net'
import { BadResponse, responseParser } from '../http/response-parser.ts'

/** How a client outside asks a server on 127.0.0.1. */
export interface Load {
  /** At once; each sends its next GET of `/` when it has the whole answer to the last. */
  readonly connections: number
  readonly durationMs: number
  /** Of all connections together, if they are made before the time is up. */
  readonly requestsMax?: number
  /** A connection for each request: opened, asked once, closed. */
  readonly newConnections?: boolean
  /** How long one request may take. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** What came of it, by the wall clock. */
export interface LoadResult {
  /** Answered whole. */
  readonly requests: number
  /** Connections that were refused or lost, gave no HTTP or were too late. Each ends its place in the loop: nothing is tried again. */
  readonly failures: number
  /** From the first request to the last answer. */
  readonly elapsedMs: number
  /** From sending to the whole answer, ascending; with `newConnections` from before connecting until both sides have closed. */
  readonly latenciesMs: Float64Array
}

const request = Buffer.from('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')

/** A closed loop of HTTP requests that is ready to begin. */
export interface ClosedLoop {
  /** Asks over the connections that are open, once more with each call. */
  readonly ask: () => Promise<LoadResult>
  /** Closes what is open, and waits until the other side has too. */
  readonly close: () => Promise<void>
}

/** Opens a closed loop, asks, and closes it. */
export async function askInClosedLoop(port: number, load: Load): Promise<LoadResult> {
  const loop = await openClosedLoop(port, load)
  const result = await loop.ask()
  await loop.close()
  return result
}

/**
 * Unless each request has its own, all connections are open and have been answered before the clock starts: one after the other,
 * because QEMU's network lets no more than two wait, and a connection that is only open on this side costs seconds.
 */
export async function openClosedLoop(port: number, load: Load): Promise<ClosedLoop> {
  const { newConnections = false, timeoutMs = 10_000, signal } = load
  let refused = 0
  const places = Array.from({ length: load.connections }, (_, place) => place)
  const sockets = new Set<net.Socket>()
  const interrupt = (): void => sockets.forEach((socket) => socket.destroy())
  signal?.addEventListener('abort', interrupt)
  const open = async (): Promise<Connection | undefined> =>
    signal?.aborted === true ? undefined : connect(port, timeoutMs, sockets)
  const kept: Connection[] = []
  for (const _ of newConnections ? [] : places) {
    const connection = await open()
    if (connection && (await connection.ask())) kept.push(connection)
    else if (signal?.aborted !== true) refused++
  }
  const dial = async (): Promise<boolean> => {
    const connection = await open()
    const answered = (await connection?.ask()) ?? false
    await connection?.close()
    return answered
  }
  const askers = newConnections ? places.map(() => dial) : kept.map((connection) => connection.ask)
  return {
    ask: async () => {
      const result = await askAll(askers, load)
      const failures = result.failures + refused
      refused = 0 // each is told once
      return { ...result, failures }
    },
    close: async () => {
      await Promise.all(kept.map((connection) => connection.close()))
      signal?.removeEventListener('abort', interrupt)
    },
  }
}

/** Each asks again when it has been answered; one that has not been is out. */
async function askAll(
  askers: readonly (() => Promise<boolean>)[],
  { durationMs, requestsMax = Infinity, signal }: Load,
): Promise<LoadResult> {
  const latencies: number[] = []
  let failures = 0
  let begun = 0
  const begin = performance.now()
  let last = begin
  const goesOn = (): boolean =>
    performance.now() - begin < durationMs && begun < requestsMax && signal?.aborted !== true
  /** Counts one that has begun and ended now; false: it failed, which an interrupt makes of all that are under way. */
  const note = (from: number, done: boolean): boolean => {
    if (!done) {
      if (signal?.aborted !== true) failures++
      return false
    }
    last = performance.now()
    latencies.push(last - from)
    return true
  }
  const askOn = async (ask: () => Promise<boolean>): Promise<void> => {
    while (goesOn()) {
      begun++
      if (!note(performance.now(), await ask())) return
    }
  }
  await Promise.all(askers.map(askOn))
  return {
    requests: latencies.length,
    failures,
    elapsedMs: last - begin,
    latenciesMs: Float64Array.from(latencies).sort(),
  }
}

interface Connection {
  /** Sends one GET; whether a whole answer came. */
  readonly ask: () => Promise<boolean>
  /** Closes, and waits until the other side has too. */
  readonly close: () => Promise<void>
}

/** A connection that is open; undefined when there is none to be had. Its socket is in `sockets` until it is closed. */
function connect(port: number, timeoutMs: number, sockets: Set<net.Socket>): Promise<Connection | undefined> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port, noDelay: true })
    const closed = new Promise<void>((ended) => socket.once('close', () => ended()))
    const give = (): void => void socket.destroy()
    socket.setTimeout(timeoutMs, give)
    socket.on('error', give)
    sockets.add(socket)

    let parser = responseParser('GET', { onHead: () => {}, onBody: () => {} })
    let settle: ((answered: boolean) => void) | undefined
    const answer = (whole: boolean): void => {
      settle?.(whole)
      settle = undefined
    }
    /** Whether the parser is content; a server that talks nonsense is hung up on. */
    const parse = (step: () => boolean): void => {
      try {
        if (step()) answer(true)
      } catch (error) {
        if (!(error instanceof BadResponse)) throw error
        give()
      }
    }
    socket.on('data', (bytes) => {
      if (!settle) return give() // nobody asked
      parse(() => parser.push(bytes) === 0 && parser.done())
    })
    socket.on('end', () => {
      if (settle)
        parse(() => {
          parser.finish()
          return true
        })
    })
    socket.once('close', () => {
      sockets.delete(socket)
      answer(false)
      resolve(undefined) // if it never opened
    })
    socket.once('connect', () =>
      resolve({
        ask: () =>
          new Promise((done) => {
            if (socket.destroyed || !socket.writable) return done(false)
            parser = responseParser('GET', { onHead: () => {}, onBody: () => {} })
            settle = done
            socket.write(request)
          }),
        close: () => {
          socket.end()
          return closed
        },
      }),
    )
  })
}
