import { expect, it } from 'vitest'
import { TcpConnection } from './tcp-connection.ts'
import { tcpFlag } from './tcp-segment.ts'
import type { TcpHeader, TcpSegment } from './tcp-segment.ts'

const ports = { localPort: 50_000, remotePort: 8080 }
const guest = (sequence: number, payloadBytes: number, more: Partial<TcpSegment> = {}): TcpSegment => ({
  ...{ sourcePort: 8080, destinationPort: 50_000, window: 0xffff, flags: tcpFlag.ack, acknowledgment: 101 },
  ...{ sequence, payload: new Uint8Array(payloadBytes), ...more },
})

/** A connection that the guest has accepted; its next byte is number 1001. */
function openConnection(): TcpConnection {
  const connection = new TcpConnection(ports, 100, {})
  connection.take(0) // the SYN
  connection.receive(guest(1000, 0, { flags: tcpFlag.syn | tcpFlag.ack }), 1)
  takeAll(connection)
  return connection
}

function takeAll(connection: TcpConnection): TcpHeader[] {
  const headers: TcpHeader[] = []
  for (let out = connection.take(1); out !== undefined; out = connection.take(1)) headers.push(out.header)
  return headers
}

const acknowledgments = (connection: TcpConnection): number[] =>
  takeAll(connection).map(({ acknowledgment }) => acknowledgment)

it('acknowledges a burst in order once', () => {
  const connection = openConnection()
  for (let i = 0; i < 4; i++) connection.receive(guest(1001 + i * 100, 100), 1)
  expect(acknowledgments(connection)).toEqual([1401])
})

it('acknowledges each segment behind a hole, though they come in one burst, so that the sender learns of the hole', () => {
  const connection = openConnection()
  for (let i = 0; i < 5; i++) if (i !== 1) connection.receive(guest(1001 + i * 100, 100), 1)
  expect(acknowledgments(connection)).toEqual([1101, 1101, 1101])
  connection.receive(guest(1101, 100), 1)
  expect(acknowledgments(connection)).toEqual([1501])
})

it('forgets what it owed when the hole is filled in the same burst', () => {
  const connection = openConnection()
  for (const i of [1, 2, 3, 0]) connection.receive(guest(1001 + i * 100, 100), 1)
  expect(acknowledgments(connection)).toEqual([1401])
})
