import type { Ipv4Address } from './address.ts'
import { addToSum, finishSum, pseudoHeaderSum } from './checksum.ts'
import { ipProtocol } from './ipv4.ts'
import type { Ipv4Packet } from './ipv4.ts'

export const tcpFlag = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const
export const tcpHeaderBytes = 20

const option = { end: 0, none: 1, mss: 2, windowScale: 3 } as const
/** RFC 7323 section 2.3. */
const windowScaleMax = 14

export interface TcpHeader {
  readonly sourcePort: number
  readonly destinationPort: number
  readonly sequence: number
  readonly acknowledgment: number
  /** Bits of `tcpFlag`. */
  readonly flags: number
  /** As on the wire, not scaled. */
  readonly window: number
  readonly mss?: number
  readonly windowScale?: number
}

export interface TcpSegment extends TcpHeader {
  readonly payload: Uint8Array
}

/** A view of a TCP segment (RFC 9293 section 3.1), or undefined when a length or the checksum is wrong. */
export function parseTcp(packet: Ipv4Packet): TcpSegment | undefined {
  const bytes = packet.payload
  if (bytes.length < tcpHeaderBytes) return undefined
  const headerBytes = (bytes[12]! >>> 4) * 4
  if (headerBytes < tcpHeaderBytes || headerBytes > bytes.length) return undefined
  const pseudo = pseudoHeaderSum(packet.source, packet.destination, ipProtocol.tcp, bytes.length)
  if (finishSum(addToSum(pseudo, bytes)) !== 0) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return {
    sourcePort: view.getUint16(0),
    destinationPort: view.getUint16(2),
    sequence: view.getUint32(4),
    acknowledgment: view.getUint32(8),
    flags: bytes[13]!,
    window: view.getUint16(14),
    ...parseOptions(bytes.subarray(tcpHeaderBytes, headerBytes)),
    payload: bytes.subarray(headerBytes),
  }
}

/** Unknown options are skipped; a malformed one ends the list, as what follows cannot be told apart. */
function parseOptions(bytes: Uint8Array): { mss?: number; windowScale?: number } {
  const found: { mss?: number; windowScale?: number } = {}
  let at = 0
  while (at < bytes.length && bytes[at] !== option.end) {
    if (bytes[at] === option.none) {
      at += 1
      continue
    }
    const length = bytes[at + 1]
    if (length === undefined || length < 2 || at + length > bytes.length) break
    if (bytes[at] === option.mss && length === 4) found.mss = (bytes[at + 2]! << 8) | bytes[at + 3]!
    if (bytes[at] === option.windowScale && length === 3)
      found.windowScale = Math.min(bytes[at + 2]!, windowScaleMax)
    at += length
  }
  return found
}

/** Bytes of the header with the options that it has. */
export function tcpHeaderLength(header: TcpHeader): number {
  return tcpHeaderBytes + (header.mss === undefined ? 0 : 4) + (header.windowScale === undefined ? 0 : 4)
}

/** Writes the header at `at` for a payload that stands behind it already, and the checksum over both. */
export function writeTcp(
  frame: Uint8Array,
  at: number,
  addresses: { readonly source: Ipv4Address; readonly destination: Ipv4Address },
  header: TcpHeader,
): void {
  const headerBytes = tcpHeaderLength(header)
  const view = new DataView(frame.buffer, frame.byteOffset + at, headerBytes)
  view.setUint16(0, header.sourcePort)
  view.setUint16(2, header.destinationPort)
  view.setUint32(4, header.sequence)
  view.setUint32(8, header.acknowledgment)
  view.setUint8(12, (headerBytes / 4) << 4)
  view.setUint8(13, header.flags)
  view.setUint16(14, header.window)
  view.setUint32(16, 0) // checksum, urgent pointer
  let next = at + tcpHeaderBytes
  if (header.mss !== undefined) {
    frame.set([option.mss, 4, header.mss >>> 8, header.mss & 0xff], next)
    next += 4
  }
  if (header.windowScale !== undefined)
    frame.set([option.none, option.windowScale, 3, header.windowScale], next)
  const pseudo = pseudoHeaderSum(addresses.source, addresses.destination, ipProtocol.tcp, frame.length - at)
  view.setUint16(16, finishSum(addToSum(pseudo, frame, at)))
}
