import * as http from 'node:http'
import * as net from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { askInClosedLoop, openClosedLoop } from './closed-loop.ts'

async function listening(server: net.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

test('asks over so many connections, or over one for each request', async () => {
  let connections = 0
  let requests = 0
  const server = http.createServer((_, response) => {
    requests++
    response.end('hello')
  })
  server.on('connection', () => connections++)
  const port = await listening(server)
  const kept = await askInClosedLoop(port, { connections: 3, durationMs: 50 })
  expect(connections).toBe(3)
  expect(kept).toMatchObject({ failures: 0, requests: requests - 3 }) // one each before the clock
  expect(kept.latenciesMs).toHaveLength(requests - 3)
  expect(kept.latenciesMs).toEqual(kept.latenciesMs.toSorted())
  expect(kept.elapsedMs).toBeGreaterThanOrEqual(kept.latenciesMs.at(-1)!)

  const each = await askInClosedLoop(port, { connections: 2, durationMs: 50, newConnections: true })
  expect(each.failures).toBe(0)
  expect(connections).toBe(3 + each.requests)
})

test('asks so many times at most, and again over the same connections', async () => {
  let connections = 0
  const server = http.createServer((_, response) => response.end('hello'))
  server.on('connection', () => connections++)
  const port = await listening(server)
  const loop = await openClosedLoop(port, { connections: 3, durationMs: Infinity, requestsMax: 10 })
  expect(await loop.ask()).toMatchObject({ requests: 10, failures: 0 })
  expect(await loop.ask()).toMatchObject({ requests: 10, failures: 0 })
  await loop.close()
  expect(connections).toBe(3)
})

test('counts what fails, and tries nothing again', async () => {
  const server = net.createServer((socket) =>
    socket
      .on('error', () => {})
      .resume()
      .end('what?\r\n\r\n'),
  )
  const port = await listening(server)
  const load = { connections: 2, durationMs: 10_000 }
  expect(await askInClosedLoop(port, load)).toMatchObject({ requests: 0, failures: 2 })
  const silent = await listening(net.createServer(() => {}))
  expect(await askInClosedLoop(silent, { ...load, timeoutMs: 20 })).toMatchObject({
    requests: 0,
    failures: 2,
  })
  await new Promise((resolve) => server.close(resolve))
  const newConnections = true
  expect(await askInClosedLoop(port, { ...load, newConnections })).toMatchObject({ requests: 0, failures: 2 })
})

test('ends when it is told to', async () => {
  const port = await listening(http.createServer((_, response) => response.end('hello')))
  const signal = AbortSignal.timeout(30)
  const result = await askInClosedLoop(port, { connections: 2, durationMs: 60_000, signal })
  expect(result.failures).toBe(0)
  expect(result.requests).toBeGreaterThan(0)
})
