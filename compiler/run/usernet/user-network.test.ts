import { describe, expect, it } from 'vitest'
import { collector, pattern, simulate } from './testing/simulation.ts'
import type { Faults } from './testing/simulation.ts'
import type { TcpCloseReason, TcpConnection } from './tcp-connection.ts'

const lossy: Faults = { drop: 0.1, duplicate: 0.05, delay: 0.2 }
const seeds = Array.from({ length: 12 }, (_, i) => i + 1)

describe('TCP between the host and a guest', () => {
  it.each([
    ...seeds.map((seed) => [seed, {}] as const).slice(0, 2),
    ...seeds.map((seed) => [seed, lossy] as const),
  ])('carries data both ways and closes, seed %i, %o', (seed, faults) => {
    const { network, guest, run } = simulate(seed, faults)
    const upload = pattern(200_000, seed)
    const download = pattern(150_000, seed + 1)
    const atGuest = collector()
    const atHost = collector()
    const closed: TcpCloseReason[] = []
    guest.listen(80, (connection) => ({
      onOpen: () => connection().write(download),
      onData: (bytes) => {
        atGuest.take(bytes)
        connection().consumed(bytes.length)
      },
      onEnd: () => connection().end(),
      onClose: (reason) => closed.push(reason),
    }))
    const connection: TcpConnection = network.connect(80, {
      onData: (bytes) => {
        atHost.take(bytes)
        connection.consumed(bytes.length)
      },
      onClose: (reason) => closed.push(reason),
    })!
    connection.write(upload)
    connection.end()
    expect(run(() => closed.length === 2)).toBe(true)
    expect(closed).toEqual(['done', 'done'])
    expect(Buffer.compare(atGuest.bytes(), upload)).toBe(0)
    expect(Buffer.compare(atHost.bytes(), download)).toBe(0)
    expect(run(() => network.connectionCount === 0)).toBe(true)
  })

  it('keeps the other direction open after one has ended', () => {
    const { network, guest, run } = simulate(1)
    const answer = pattern(100_000)
    const atHost = collector()
    let end = false
    guest.listen(80, (connection) => ({
      onEnd: () => {
        connection().write(answer)
        connection().end()
      },
    }))
    const connection: TcpConnection = network.connect(80, {
      onData: (bytes) => {
        atHost.take(bytes)
        connection.consumed(bytes.length)
      },
      onEnd: () => (end = true),
    })!
    connection.end()
    expect(run(() => end)).toBe(true)
    expect(Buffer.compare(atHost.bytes(), answer)).toBe(0)
  })

  it.each([{}, lossy])('survives a reader that stops for half a minute, %o', (faults) => {
    const simulation = simulate(3, faults)
    const { network, guest, run, nowMs } = simulation
    const upload = pattern(1_000_000)
    const atGuest = collector()
    let unread = 0
    let reading = false
    let end = false
    let accepted: TcpConnection | undefined
    guest.listen(80, (connection) => ({
      onData: (bytes) => {
        accepted = connection()
        atGuest.take(bytes)
        if (reading) connection().consumed(bytes.length)
        else unread += bytes.length
      },
      onEnd: () => (end = true),
    }))
    const connection = network.connect(80, {})!
    connection.write(upload)
    connection.end()
    expect(run(() => nowMs() > 30_000)).toBe(true)
    expect(unread).toBeLessThanOrEqual(256 * 1024)
    expect(unread).toBeGreaterThan(250 * 1024)
    expect(simulation.frameCount()).toBeLessThan(1500) // probes, no storm
    reading = true
    accepted!.consumed(unread)
    expect(run(() => end)).toBe(true)
    expect(Buffer.compare(atGuest.bytes(), upload)).toBe(0)
  })

  it('says when the guest refuses, resets, or goes silent', () => {
    const { network, guest, run, nowMs } = simulate(4)
    const closed: TcpCloseReason[] = []
    const onClose = (reason: TcpCloseReason): void => void closed.push(reason)
    network.connect(81, { onClose })
    expect(run(() => closed.length === 1)).toBe(true)

    let accepted: TcpConnection | undefined
    guest.listen(80, (connection) => ({ onOpen: () => (accepted = connection()) }))
    network.connect(80, { onClose })
    expect(run(() => accepted !== undefined)).toBe(true)
    accepted!.abort()
    expect(run(() => closed.length === 2)).toBe(true)

    accepted = undefined
    const silent = network.connect(80, { onClose })!
    expect(run(() => accepted !== undefined)).toBe(true)
    guest.deaf = true
    silent.write(pattern(10))
    const since = nowMs()
    expect(run(() => closed.length === 3)).toBe(true)
    expect(nowMs() - since).toBeGreaterThan(120_000)
    expect(closed).toEqual(['refused', 'reset', 'timeout'])
    expect(run(() => network.connectionCount === 0)).toBe(true)
  })

  it('gives up on a guest that never answers its SYN', () => {
    const { network, guest, run } = simulate(5)
    let reason: TcpCloseReason | undefined
    guest.listen(80, () => ({}))
    network.connect(80, {})
    expect(run(() => guest.connections.size === 1)).toBe(true) // the guest's address is known now
    guest.deaf = true
    network.connect(80, { onClose: (why) => (reason = why) })
    expect(run(() => reason !== undefined)).toBe(true)
    expect(reason).toBe('timeout')
  })

  it('serves 200 connections at once over a bad link', () => {
    const { network, guest, run } = simulate(6, lossy)
    guest.listen(80, (connection) => ({
      onData: (bytes) => connection().write(bytes.slice()),
      onEnd: () => connection().end(),
    }))
    const sent = Array.from({ length: 200 }, (_, i) => pattern(2000 + i, i))
    const received = sent.map(() => collector())
    let done = 0
    sent.forEach((bytes, i) => {
      const connection = network.connect(80, { onData: received[i]!.take, onEnd: () => (done += 1) })!
      connection.write(bytes)
      connection.end()
    })
    expect(run(() => done === 200)).toBe(true)
    sent.forEach((bytes, i) => expect(Buffer.compare(received[i]!.bytes(), bytes)).toBe(0))
    expect(run(() => network.connectionCount === 0)).toBe(true)
  })

  it('refuses what the guest opens outwards, and joins what is allowed', () => {
    const atOutside = collector()
    let inner: TcpConnection | undefined
    const { guest, run } = simulate(7, lossy, {
      onConnect: (outward) => {
        if (outward.port !== 443) return outward.refuse()
        inner = outward.accept({
          onData: atOutside.take,
          onEnd: () => {
            inner!.write(pattern(50))
            inner!.end()
          },
        })
      },
    })
    let reason: TcpCloseReason | undefined
    guest.connect(0x01020304, 80, 4000, { onClose: (why) => (reason = why) })
    expect(run(() => reason !== undefined, 60_000)).toBe(true)
    expect(reason).toBe('refused')

    const atGuest = collector()
    let end = false
    const connection = guest.connect(0x01020304, 443, 4001, {
      onData: atGuest.take,
      onEnd: () => (end = true),
    })
    connection.write(pattern(5000))
    connection.end()
    expect(run(() => end)).toBe(true)
    expect(Buffer.compare(atOutside.bytes(), pattern(5000))).toBe(0)
    expect(Buffer.compare(atGuest.bytes(), pattern(50))).toBe(0)
  })

  it('recovers from one loss without waiting for the timer', () => {
    const { network, guest, run, nowMs } = simulate(8)
    const atGuest = collector()
    let end = false
    guest.listen(80, (connection) => ({
      onData: (bytes) => {
        atGuest.take(bytes)
        connection().consumed(bytes.length)
      },
      onEnd: () => (end = true),
    }))
    let sent = 0
    const take = network.takeFrame.bind(network)
    network.takeFrame = () => {
      const frame = take()
      if (frame !== undefined && frame.length > 1000 && ++sent === 20) return take() // the 20th is lost
      return frame
    }
    const connection = network.connect(80, {})!
    connection.write(pattern(300_000))
    connection.end()
    expect(run(() => end)).toBe(true)
    expect(nowMs()).toBeLessThan(200)
    expect(Buffer.compare(atGuest.bytes(), pattern(300_000))).toBe(0)
  })
})
