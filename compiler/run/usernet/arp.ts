import type { Ipv4Address } from './address.ts'
import { ethernetHeaderBytes, etherType, writeEthernet } from './ethernet.ts'

const packetBytes = 28
export const arpOperation = { request: 1, reply: 2 } as const

/** An ARP packet for IPv4 over Ethernet (RFC 826). */
export interface ArpPacket {
  readonly operation: number
  readonly senderMac: Uint8Array
  readonly senderAddress: Ipv4Address
  readonly targetMac: Uint8Array
  readonly targetAddress: Ipv4Address
}

export function parseArp(bytes: Uint8Array): ArpPacket | undefined {
  if (bytes.length < packetBytes) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, packetBytes)
  if (view.getUint16(0) !== 1 || view.getUint16(2) !== etherType.ipv4 || view.getUint16(4) !== 0x0604)
    return undefined
  return {
    operation: view.getUint16(6),
    senderMac: bytes.slice(8, 14),
    senderAddress: view.getUint32(14),
    targetMac: bytes.slice(18, 24),
    targetAddress: view.getUint32(24),
  }
}

/** A whole frame that carries the packet. */
export function renderArp(destination: Uint8Array, packet: ArpPacket): Uint8Array {
  const frame = new Uint8Array(ethernetHeaderBytes + packetBytes)
  writeEthernet(frame, destination, packet.senderMac, etherType.arp)
  const view = new DataView(frame.buffer, ethernetHeaderBytes)
  view.setUint16(0, 1)
  view.setUint16(2, etherType.ipv4)
  view.setUint16(4, 0x0604)
  view.setUint16(6, packet.operation)
  frame.set(packet.senderMac, ethernetHeaderBytes + 8)
  view.setUint32(14, packet.senderAddress)
  frame.set(packet.targetMac, ethernetHeaderBytes + 18)
  view.setUint32(24, packet.targetAddress)
  return frame
}
