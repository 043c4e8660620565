import type { Ipv4Address } from './address.ts'
import { addToSum, finishSum, pseudoHeaderSum } from './checksum.ts'
import { ipProtocol } from './ipv4.ts'
import type { Ipv4Packet } from './ipv4.ts'

export const udpHeaderBytes = 8

export interface UdpDatagram {
  readonly sourcePort: number
  readonly destinationPort: number
  readonly payload: Uint8Array
}

/** A view of a UDP datagram (RFC 768), or undefined when its length or checksum is wrong. */
export function parseUdp(packet: Ipv4Packet): UdpDatagram | undefined {
  const bytes = packet.payload
  if (bytes.length < udpHeaderBytes) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const byteCount = view.getUint16(4)
  if (byteCount < udpHeaderBytes || byteCount > bytes.length) return undefined
  const pseudo = pseudoHeaderSum(packet.source, packet.destination, ipProtocol.udp, byteCount)
  if (view.getUint16(6) !== 0 && finishSum(addToSum(pseudo, bytes, 0, byteCount)) !== 0) return undefined
  return {
    sourcePort: view.getUint16(0),
    destinationPort: view.getUint16(2),
    payload: bytes.subarray(udpHeaderBytes, byteCount),
  }
}

/** Writes header and payload at `at`. */
export function writeUdp(
  frame: Uint8Array,
  at: number,
  addresses: { readonly source: Ipv4Address; readonly destination: Ipv4Address },
  datagram: UdpDatagram,
): void {
  const byteCount = udpHeaderBytes + datagram.payload.length
  const view = new DataView(frame.buffer, frame.byteOffset + at, udpHeaderBytes)
  view.setUint16(0, datagram.sourcePort)
  view.setUint16(2, datagram.destinationPort)
  view.setUint16(4, byteCount)
  view.setUint16(6, 0)
  frame.set(datagram.payload, at + udpHeaderBytes)
  const pseudo = pseudoHeaderSum(addresses.source, addresses.destination, ipProtocol.udp, byteCount)
  view.setUint16(6, finishSum(addToSum(pseudo, frame, at, at + byteCount)) || 0xffff)
}
