import type { TcpCloseReason, TcpConnection, TcpEvents } from '../usernet/tcp-connection.ts'
import { BadResponse, responseParser } from './response-parser.ts'
import type { HttpField, ResponseHead, ResponseParser } from './response-parser.ts'

export interface HttpRequest {
  readonly guestPort: number
  readonly method: string
  /** Path and query, as they go into the request line. */
  readonly target: string
  /** Host, Connection and Content-Length are the client's own. */
  readonly fields: readonly HttpField[]
  readonly body?: Uint8Array
}

/** Why there is no response, or not all of it. */
export interface HttpProblem {
  readonly kind: 'refused' | 'lost' | 'bad-response' | 'busy'
  /** A sentence for the user. */
  readonly message: string
}

export interface ExchangeEvents {
  readonly onHead: (head: ResponseHead) => void
  /** A piece of the body; `Exchange.consumed` must be told when it is used up. */
  readonly onBody: (bytes: Uint8Array) => void
  readonly onEnd: () => void
  /** Also after `onHead`, when the rest of the body will not come. */
  readonly onProblem: (problem: HttpProblem) => void
}

/** One request and its response. */
export interface Exchange {
  /** So many bytes of the body are used up: the guest may send more. */
  readonly consumed: (byteCount: number) => void
  /** Nobody wants the response any more; no further event comes. */
  readonly abort: () => void
}

export interface HttpClient {
  readonly send: (request: HttpRequest, events: ExchangeEvents) => Exchange
  /** Ends every connection; exchanges under way get a problem. */
  readonly destroy: () => void
}

/** Connections to one port at once, as browsers have them. */
const connectionsMax = 6
/** How long an unused connection is kept: a server that serves one at a time waits for its end. */
const idleMsMax = 2000
/** Methods that may be sent again when a kept connection turns out to be closed (RFC 9110 section 9.2.2). */
const repeatable = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE'])

interface Job {
  readonly request: HttpRequest
  readonly events: ExchangeEvents
  wire: Wire | undefined
  over: boolean
}

interface Wire {
  readonly connection: TcpConnection
  /** Whether an earlier response came through it. */
  used: boolean
  job: Job | undefined
  parser: ResponseParser | undefined
  idleTimer: ReturnType<typeof setTimeout> | undefined
  gone: boolean
}

interface Pool {
  readonly wires: Set<Wire>
  readonly waiting: Job[]
}

/**
 * A client of HTTP/1.1 over connections to the guest, which `connect` opens: connections are kept and used again, at
 * most six to a port, and the guest is held back while nobody takes the body.
 */
export function httpClient(
  connect: (guestPort: number, events: TcpEvents) => TcpConnection | undefined,
): HttpClient {
  const pools = new Map<number, Pool>()
  const poolOf = (port: number): Pool => {
    let pool = pools.get(port)
    if (pool === undefined) pools.set(port, (pool = { wires: new Set(), waiting: [] }))
    return pool
  }

  const settle = (job: Job, problem?: HttpProblem): void => {
    if (job.over) return
    job.over = true
    if (problem === undefined) job.events.onEnd()
    else job.events.onProblem(problem)
  }

  /** Forgets a wire, and lets the next request have its place. */
  const drop = (pool: Pool, wire: Wire, how: 'end' | 'abort'): void => {
    if (wire.gone) return
    wire.gone = true
    clearTimeout(wire.idleTimer)
    pool.wires.delete(wire)
    if (how === 'end') wire.connection.end()
    else wire.connection.abort()
    advance(pool)
  }

  /** The wire can carry nothing more: its job is told, or begins anew on another one. */
  const lose = (pool: Pool, wire: Wire, problem: HttpProblem): void => {
    const { job, parser } = wire
    wire.job = undefined
    if (job !== undefined && !job.over) {
      job.wire = undefined
      const stale = wire.used && problem.kind === 'lost' && parser?.started() === false
      if (stale && repeatable.has(job.request.method)) pool.waiting.unshift(job)
      else settle(job, problem)
    }
    drop(pool, wire, 'abort')
  }

  const release = (pool: Pool, wire: Wire, leftOver: boolean): void => {
    const job = wire.job!
    const keep = wire.parser!.reusable() && !leftOver && wire.connection.queuedBytes === 0
    wire.job = undefined
    wire.used = true
    settle(job)
    if (!keep) return drop(pool, wire, 'end')
    wire.idleTimer = setTimeout(() => drop(pool, wire, 'end'), idleMsMax)
    advance(pool)
  }

  const open = (pool: Pool, guestPort: number): Wire | undefined => {
    const events: TcpEvents = {
      onData: (bytes) => {
        const { job, parser } = wire!
        // What nobody asked for, or wants any more, is read and dropped.
        if (job === undefined || parser === undefined) {
          wire!.connection.consumed(bytes.length)
          if (wire!.job === undefined && !wire!.gone) drop(pool, wire!, 'abort')
          return
        }
        const before = bodyBytes
        try {
          const leftOver = parser.push(bytes)
          wire!.connection.consumed(bytes.length - (bodyBytes - before))
          if (parser.done() && wire!.job === job) release(pool, wire!, leftOver > 0)
        } catch (error) {
          lose(pool, wire!, problemOf(error, guestPort))
        }
      },
      onEnd: () => {
        const { job, parser } = wire!
        if (job === undefined || parser === undefined) return drop(pool, wire!, 'end')
        try {
          parser.finish()
          release(pool, wire!, false)
        } catch (error) {
          const lost = !parser.started()
          lose(pool, wire!, lost ? lostConnection(guestPort) : problemOf(error, guestPort))
        }
      },
      onClose: (reason) => lose(pool, wire!, closedBy(reason, guestPort)),
    }
    const connection = connect(guestPort, events)
    const wire: Wire | undefined = connection && {
      connection,
      used: false,
      job: undefined,
      parser: undefined,
      idleTimer: undefined,
      gone: false,
    }
    if (wire !== undefined) pool.wires.add(wire)
    return wire
  }

  /** Body bytes handed out so far, of all exchanges: the difference over a call is what that call handed out. */
  let bodyBytes = 0
  const begin = (wire: Wire, job: Job): void => {
    clearTimeout(wire.idleTimer)
    wire.job = job
    job.wire = wire
    wire.parser = responseParser(job.request.method, {
      onHead: (head) => {
        if (!job.over) job.events.onHead(head)
      },
      onBody: (bytes) => {
        if (job.over) return
        bodyBytes += bytes.length
        job.events.onBody(bytes)
      },
    })
    wire.connection.write(renderRequest(job.request))
    if (job.request.body !== undefined && job.request.body.length > 0) wire.connection.write(job.request.body)
  }

  const advance = (pool: Pool): void => {
    while (pool.waiting.length > 0) {
      const job = pool.waiting[0]!
      if (job.over) {
        pool.waiting.shift()
        continue
      }
      const idle = [...pool.wires].find((wire) => wire.job === undefined)
      if (idle !== undefined && repeatable.has(job.request.method)) {
        pool.waiting.shift()
        begin(idle, job)
        continue
      }
      if (idle !== undefined) {
        // Not to be sent twice, so on a connection that is surely open; a server may take that only after the old one ends.
        drop(pool, idle, 'end') // advances by itself: what it began is no longer waiting
        continue
      }
      if (pool.wires.size >= connectionsMax) return
      pool.waiting.shift()
      const wire = open(pool, job.request.guestPort)
      if (wire === undefined) settle(job, noConnectionLeft(job.request.guestPort))
      else begin(wire, job)
    }
  }

  return {
    send: (request, events) => {
      const pool = poolOf(request.guestPort)
      const job: Job = { request, events, wire: undefined, over: false }
      pool.waiting.push(job)
      advance(pool)
      return {
        consumed: (byteCount) => job.wire?.connection.consumed(byteCount),
        abort: () => {
          if (job.over) return
          job.over = true
          if (job.wire !== undefined) drop(pool, job.wire, 'abort')
        },
      }
    },
    destroy: () => {
      for (const [port, pool] of pools) {
        for (const job of pool.waiting.splice(0)) settle(job, lostConnection(port))
        for (const wire of [...pool.wires]) lose(pool, wire, lostConnection(port))
      }
    },
  }
}

/** The head of a request, with the fields that the connection itself needs. */
function renderRequest({ guestPort, method, target, fields, body }: HttpRequest): Uint8Array {
  const lines = [`${method} ${target} HTTP/1.1`, `Host: 127.0.0.1:${guestPort}`]
  for (const [name, value] of fields)
    if (!/^(host|connection|content-length|transfer-encoding)$/i.test(name)) lines.push(`${name}: ${value}`)
  if (body !== undefined || /^(POST|PUT|PATCH)$/.test(method))
    lines.push(`Content-Length: ${body?.length ?? 0}`)
  lines.push('Connection: keep-alive', '', '')
  return new TextEncoder().encode(lines.join('\r\n'))
}

const problemOf = (error: unknown, port: number): HttpProblem => {
  if (!(error instanceof BadResponse)) throw error
  return {
    kind: 'bad-response',
    message: `Port ${port} of the guest gave no valid HTTP response: ${error.message}.`,
  }
}

const lostConnection = (port: number): HttpProblem => ({
  kind: 'lost',
  message: `The connection to port ${port} of the guest was closed before the response was there.`,
})

const noConnectionLeft = (port: number): HttpProblem => ({
  kind: 'busy',
  message: `There is no free connection left to port ${port} of the guest.`,
})

function closedBy(reason: TcpCloseReason, port: number): HttpProblem {
  switch (reason) {
    case 'refused':
      return { kind: 'refused', message: `Nothing listens on port ${port} of the guest.` }
    case 'timeout':
      return { kind: 'lost', message: `The guest stopped answering on port ${port}.` }
    case 'done':
    case 'reset':
    case 'aborted':
      return lostConnection(port)
  }
}
