import type { Ipv4Address } from './address.ts'
import { addToSum, finishSum } from './checksum.ts'

export const ipProtocol = { icmp: 1, tcp: 6, udp: 17 } as const
export const ipv4HeaderBytes = 20

export interface Ipv4Packet {
  readonly protocol: number
  readonly source: Ipv4Address
  readonly destination: Ipv4Address
  readonly payload: Uint8Array
  /** Header and the first 8 bytes of the payload: what an ICMP error quotes. */
  readonly quote: Uint8Array
}

/**
 * A view of an IPv4 packet (RFC 791), or undefined when a length or the header checksum is wrong. Fragments are
 * refused: on a link that carries 1500 bytes end to end, nothing of ours is fragmented.
 */
export function parseIpv4(bytes: Uint8Array): Ipv4Packet | undefined {
  if (bytes.length < ipv4HeaderBytes || bytes[0]! >>> 4 !== 4) return undefined
  const headerBytes = (bytes[0]! & 0xf) * 4
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const totalBytes = view.getUint16(2)
  if (headerBytes < ipv4HeaderBytes || totalBytes < headerBytes || totalBytes > bytes.length) return undefined
  if ((view.getUint16(6) & 0x3fff) !== 0) return undefined // more fragments, or an offset
  if (finishSum(addToSum(0, bytes, 0, headerBytes)) !== 0) return undefined
  return {
    protocol: bytes[9]!,
    source: view.getUint32(12),
    destination: view.getUint32(16),
    payload: bytes.subarray(headerBytes, totalBytes),
    quote: bytes.subarray(0, Math.min(totalBytes, headerBytes + 8)),
  }
}

/** Writes a header without options at `at`, for a payload of `payloadBytes` that follows it. */
export function writeIpv4(
  frame: Uint8Array,
  at: number,
  protocol: number,
  source: Ipv4Address,
  destination: Ipv4Address,
  payloadBytes: number,
): void {
  const view = new DataView(frame.buffer, frame.byteOffset + at, ipv4HeaderBytes)
  view.setUint16(0, 0x4500)
  view.setUint16(2, ipv4HeaderBytes + payloadBytes)
  view.setUint16(4, 0) // an atomic datagram needs no identification (RFC 6864 section 4.1)
  view.setUint16(6, 0x4000) // do not fragment
  view.setUint8(8, 64)
  view.setUint8(9, protocol)
  view.setUint16(10, 0)
  view.setUint32(12, source)
  view.setUint32(16, destination)
  view.setUint16(10, finishSum(addToSum(0, frame, at, at + ipv4HeaderBytes)))
}
