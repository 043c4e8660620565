/**
 * The load client against servers of ours. One of them stalls, to show what the client is for: a client that waits for the server before
 * it goes on would find the stall in as many requests as it has connections.
 */
import { createServer, type Server } from 'node:http'
import { createServer as createRawServer } from 'node:net'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openAttacker, type Attacker } from '../../compiler/beside/attack.ts'
import { countAbove, percentileNs } from '../../compiler/beside/latency.ts'
import { compileForLinux } from '../../compiler/beside/program.ts'
import { nodeHost } from '../../compiler/host/index.ts'

const buildMs = 300_000
const servers: { close(): unknown }[] = []
let attack: Attacker

async function portOf(server: Server | ReturnType<typeof createRawServer>): Promise<number> {
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('the load client', () => {
  beforeAll(async () => {
    const opened = await openAttacker(nodeHost(), 'a server')
    if (!opened.ok) throw new Error(opened.problems[0]!.message)
    attack = opened.value
  }, buildMs)
  afterEach(() => {
    for (const server of servers.splice(0)) server.close()
  })

  test('finds a stall in every request that was due meanwhile', async () => {
    const connections = 4
    const stallMs = 600
    let answered = 0
    let stalledUntil = 0
    const port = await portOf(
      createServer((_, response) => {
        if (++answered === 100) stalledUntil = Date.now() + stallMs
        const answer = (): void => void response.end('hello')
        if (Date.now() < stalledUntil) setTimeout(answer, stalledUntil - Date.now())
        else answer()
      }),
    )
    const result = await attack(port, { connections, durationMs: 2000, rate: 200 }, 'Node')
    if (!result.ok) throw new Error(result.problems[0]!.output)
    const { latency, service, requests, statusCodes, errors } = result.value
    expect({ requests, statusCodes, errors }).toEqual({
      requests: 400,
      statusCodes: { 200: 400 },
      errors: {},
    })
    expect(latency.count).toBe(400)
    // 200 a second for 0.6 s are 120 requests; those due in its first half waited for half of it or more.
    const half = (stallMs / 2) * 1e6
    expect(countAbove(latency, half)).toBeGreaterThanOrEqual(50)
    expect(percentileNs(latency, 99)).toBeGreaterThan(half)
    // By itself, each connection has waited once.
    expect(countAbove(service, (stallMs - 50) * 1e6)).toBeGreaterThanOrEqual(1)
    expect(countAbove(service, half)).toBeLessThan(countAbove(latency, half) / 2)
  })

  test('opens a connection for each request when asked', async () => {
    let connections = 0
    const server = createServer((_, response) => response.end('hello'))
    server.on('connection', () => connections++)
    const port = await portOf(server)
    const kept = await attack(port, { connections: 2, durationMs: 500, rate: 100 }, 'Node')
    expect(kept).toMatchObject({ ok: true, value: { requests: 50, statusCodes: { 200: 50 }, bodyBytes: 5 } })
    expect(connections).toBe(2)
    const fresh = await attack(
      port,
      { connections: 2, durationMs: 500, rate: 100, newConnections: true },
      'Node',
    )
    expect(fresh).toMatchObject({ ok: true, value: { requests: 50, statusCodes: { 200: 50 }, errors: {} } })
    expect(connections).toBe(2 + 1 + 50) // the first request is made before the clock starts
  })

  test('counts an answer that differs, a connection that breaks and a status that is not 200', async () => {
    let count = 0
    const port = await portOf(
      createServer((_, response) => {
        const turn = count++ % 4
        if (turn === 1) response.end('other')
        else if (turn === 2) response.destroy()
        else if (turn === 3) response.writeHead(503, { 'Content-Length': 5 }).end('hello')
        else response.end('hello')
      }),
    )
    const result = await attack(port, { connections: 1, durationMs: 400, rate: 100 }, 'Node')
    expect(result).toMatchObject({
      ok: true,
      value: {
        requests: 40,
        statusCodes: { 200: 10, 503: 10 },
        errors: {
          'the answer differs from the first': 10,
          'connection closed before the answer was whole': 10,
        },
      },
    })
  })

  test('takes an answer in pieces, and one that ends with its connection', async () => {
    const port = await portOf(
      createRawServer((socket) => {
        socket.on('error', () => {})
        socket.on('data', () => {
          const pieces = ['HTTP/1.1 200 O', 'K\r\nServer: x\r', '\n\r', '\nhel', 'lo']
          const next = (): void => {
            const piece = pieces.shift()
            if (piece === undefined) socket.end()
            else socket.write(piece, () => setImmediate(next))
          }
          next()
        })
      }),
    )
    const result = await attack(port, { connections: 1, durationMs: 200, rate: 50 }, 'a raw server')
    expect(result).toMatchObject({ ok: true, value: { statusCodes: { 200: 10 }, errors: {}, bodyBytes: 5 } })
  })

  test('gives up what is not answered in time, and says what was never sent', async () => {
    let first = true
    const port = await portOf(
      createServer((_, response) => {
        if (first) response.end('hello')
        first = false
      }),
    )
    const how = { connections: 2, durationMs: 500, rate: 100, timeoutMs: 300 }
    const result = await attack(port, how, 'Node')
    if (!result.ok) throw new Error(result.problems[0]!.output)
    const { errors, statusCodes, requests, latency } = result.value
    expect({ requests, statusCodes, count: latency.count }).toEqual({
      requests: 50,
      statusCodes: {},
      count: 50,
    })
    expect(Object.keys(errors).sort()).toEqual(['not sent: no connection was free before the end', 'timeout'])
    expect(Object.values(errors).reduce((sum, count) => sum + count, 0)).toBe(50)
  })

  test('is compiled once, and a program that does not compile is shown', async () => {
    const host = nodeHost()
    const steps: string[] = []
    await openAttacker(host, 'a server', (step) => steps.push(step))
    expect(steps).toEqual([])
    const program = {
      name: 'wrong',
      sources: [`${host.packageFolder}/bench/load/load.c`],
      flags: ['-Dmain=)'],
    }
    expect(await compileForLinux(host, program)).toMatchObject({
      ok: false,
      problems: [{ code: 'beside/does-not-compile', output: expect.stringContaining('load.c') }],
    })
  })

  test('says why nothing answers', async () => {
    const server = createServer()
    const port = await portOf(server)
    server.close()
    expect(await attack(port, { connections: 1, durationMs: 100 }, 'nobody')).toMatchObject({
      ok: false,
      problems: [{ code: 'beside/load-failed', output: expect.stringContaining('connection refused') }],
    })
  })
})
