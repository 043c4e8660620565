import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { collector, pattern, simulate } from '../usernet/testing/simulation.ts'
import type { Faults, Simulation } from '../usernet/testing/simulation.ts'
import type { TcpConnection } from '../usernet/tcp-connection.ts'
import { httpClient } from './http-client.ts'
import type { Exchange, HttpClient, HttpProblem, HttpRequest } from './http-client.ts'
import type { ResponseHead } from './response-parser.ts'

const port = 8080
const get = (target: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  guestPort: port,
  method: 'GET',
  target,
  fields: [],
  ...more,
})
const ok = (body: string, more = ''): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`

interface Taken {
  head?: ResponseHead
  problem?: HttpProblem
  ended: boolean
  bytes: number
  readonly text: () => string
  readonly exchange: Exchange
}

interface Bench {
  readonly simulation: Simulation
  readonly client: HttpClient
  /** The requests that the guest has seen, each with the number of its connection. */
  readonly seen: { readonly connection: number; readonly text: string }[]
  readonly send: (request: HttpRequest, take?: boolean) => Taken
  readonly settle: (...all: readonly Taken[]) => boolean
}

/** A client, and a guest that answers each request by `serve`. */
function bench(
  serve: (text: string, connection: TcpConnection, number: number) => void,
  faults: Faults = {},
): Bench {
  const simulation = simulate(7, faults)
  const seen: { connection: number; text: string }[] = []
  let connections = 0
  simulation.guest.listen(port, (connection) => {
    const number = ++connections
    let text = ''
    return {
      onData: (bytes) => {
        connection().consumed(bytes.length)
        text += Buffer.from(bytes).toString('latin1')
        const head = text.indexOf('\r\n\r\n')
        const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)
        if (head < 0 || text.length < head + 4 + length) return
        const request = text.slice(0, head + 4 + length)
        text = text.slice(request.length)
        seen.push({ connection: number, text: request })
        serve(request, connection(), number)
      },
      onEnd: () => connection().end(),
    }
  })
  const client = httpClient((guestPort, events) => simulation.network.connect(guestPort, events))
  return {
    simulation,
    client,
    seen,
    settle: (...all) => simulation.run(() => all.every(({ ended, problem }) => ended || problem)),
    send: (request, take = true) => {
      const body = collector()
      const taken: Omit<Taken, 'exchange'> & { exchange?: Exchange } = {
        ended: false,
        bytes: 0,
        text: () => Buffer.from(body.bytes()).toString('latin1'),
      }
      taken.exchange = client.send(request, {
        onHead: (head) => void (taken.head = head),
        onBody: (bytes) => {
          body.take(bytes)
          taken.bytes += bytes.length
          if (take) taken.exchange!.consumed(bytes.length)
        },
        onEnd: () => void (taken.ended = true),
        onProblem: (problem) => void (taken.problem = problem),
      })
      return taken as Taken
    },
  }
}

const write = (connection: TcpConnection, text: string): void => connection.write(Buffer.from(text, 'latin1'))

describe('requests to the guest', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('say whom they mean, and use a connection again', () => {
    const { send, settle, seen } = bench((text, connection) => write(connection, ok(text.split(' ')[1]!)))
    const first = send(
      get('/a?b', {
        fields: [
          ['Accept', '*/*'],
          ['host', 'elsewhere'],
        ],
      }),
    )
    settle(first)
    const second = send(get('/c'))
    settle(second)
    expect([first.text(), second.text()]).toEqual(['/a?b', '/c'])
    expect(seen).toEqual([
      {
        connection: 1,
        text: 'GET /a?b HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nAccept: */*\r\nConnection: keep-alive\r\n\r\n',
      },
      { connection: 1, text: 'GET /c HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nConnection: keep-alive\r\n\r\n' },
    ])
  })

  it('open another connection when the guest closes', () => {
    const { send, settle, seen } = bench((_, connection) => {
      write(connection, ok('x', 'Connection: close\r\n'))
      connection.end()
    })
    for (const target of ['/1', '/2']) settle(send(get(target)))
    expect(seen.map(({ connection }) => connection)).toEqual([1, 2])
  })

  it('carry a body, never on a connection that may be closed', () => {
    const { send, settle, seen } = bench((text, connection) =>
      write(connection, ok(text.split('\r\n\r\n')[1]!)),
    )
    settle(send(get('/')))
    const posted = send(get('/', { method: 'POST', body: Buffer.from('count=1') }))
    settle(posted)
    expect(posted.text()).toBe('count=1')
    expect(seen.map(({ connection }) => connection)).toEqual([1, 2])
    const empty = send(get('/', { method: 'POST' }))
    settle(empty)
    expect(seen[2]!.text).toContain('Content-Length: 0\r\n')
  })

  it('are sent again when a kept connection was closed meanwhile', () => {
    const { send, settle, seen } = bench((text, connection, number) => {
      if (number === 1 && text.includes('/2')) connection.end()
      else write(connection, ok(text.split(' ')[1]!))
    })
    settle(send(get('/1')))
    const second = send(get('/2'))
    settle(second)
    expect(second.text()).toBe('/2')
    expect(seen.map(({ connection }) => connection)).toEqual([1, 1, 2])
  })

  it('go side by side, six at a time', () => {
    const held: TcpConnection[] = []
    const { send, settle, simulation } = bench((_, connection) => void held.push(connection))
    const all = Array.from({ length: 20 }, (_, i) => send(get(`/${i}`)))
    simulation.run(() => held.length >= 6)
    simulation.run(() => held.length > 6, 1000)
    expect(held).toHaveLength(6)
    for (let answered = 0; answered < 20; answered++) {
      simulation.run(() => held.length > 0)
      write(held.shift()!, ok('x'))
    }
    expect(settle(...all)).toBe(true)
    expect(all.every(({ ended }) => ended)).toBe(true)
  })

  it('get a long body whole on a bad link, and only as fast as they take it', () => {
    const body = Buffer.from(pattern(1_000_000)).toString('latin1')
    const { send, settle, simulation } = bench((_, connection) => write(connection, ok(body)), { drop: 0.02 })
    const taken = send(get('/'))
    settle(taken)
    expect(taken.text() === body).toBe(true)
    const stuck = send(get('/'), false)
    simulation.run(() => false, 20_000)
    expect(stuck.bytes).toBeLessThanOrEqual(256 * 1024)
    expect(stuck.bytes).toBeGreaterThan(200 * 1024)
    stuck.exchange.consumed(stuck.bytes)
    simulation.run(() => stuck.bytes > 256 * 1024)
    expect(stuck.bytes).toBeGreaterThan(256 * 1024)
  })

  it('close an unused connection after a while', () => {
    const { send, settle, simulation } = bench((_, connection) => write(connection, ok('x')))
    settle(send(get('/')))
    expect(simulation.network.connectionCount).toBe(1)
    vi.advanceTimersByTime(2000)
    simulation.run(() => simulation.network.connectionCount === 0)
    expect(simulation.network.connectionCount).toBe(0)
  })

  it('can be given up', () => {
    const { send, settle, simulation, seen } = bench((text, connection) => {
      if (text.includes('/2')) write(connection, ok('2'))
    })
    const first = send(get('/1'))
    simulation.run(() => seen.length > 0)
    first.exchange.abort()
    const second = send(get('/2'))
    settle(second)
    expect([first.ended, first.problem, second.text()]).toEqual([false, undefined, '2'])
  })

  it.each<[string, HttpProblem['kind'], string, (connection: TcpConnection) => void]>([
    ['no HTTP', 'bad-response', 'no valid HTTP', (connection) => write(connection, 'hello\r\n')],
    [
      'a torn body',
      'bad-response',
      'in the middle',
      (connection) => {
        write(connection, 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx')
        connection.end()
      },
    ],
    ['nothing', 'lost', 'was closed', (connection) => connection.end()],
    ['a reset', 'lost', 'was closed', (connection) => connection.abort()],
  ])('get a problem for %s', (_, kind, message, serve) => {
    const { send, settle } = bench((__, connection) => serve(connection))
    const taken = send(get('/'))
    settle(taken)
    expect(taken.problem).toEqual({ kind, message: expect.stringContaining(message) })
  })

  it('get a problem for a port that nobody listens on, and for a machine that is gone', () => {
    const { send, settle, client, simulation, seen } = bench(() => {})
    const refused = send(get('/', { guestPort: 81 }))
    settle(refused)
    expect(refused.problem).toEqual({ kind: 'refused', message: 'Nothing listens on port 81 of the guest.' })
    const lost = send(get('/'))
    simulation.run(() => seen.length > 0)
    client.destroy()
    expect(lost.problem?.kind).toBe('lost')
  })
})
