import type { Ipv4Address } from './address.ts'
import { ethernetHeaderBytes, etherType, writeEthernet } from './ethernet.ts'
import { ipv4HeaderBytes, writeIpv4 } from './ipv4.ts'

/** Where the payload of an IPv4 frame without options begins. */
export const ipPayloadAt = ethernetHeaderBytes + ipv4HeaderBytes

/** One end of the link with the addresses that it answers to. */
export interface LinkEnd {
  readonly mac: Uint8Array
  readonly address: Ipv4Address
}

/** A frame with its Ethernet and IPv4 headers written and room for the payload behind them. */
export function ipFrame(from: LinkEnd, to: LinkEnd, protocol: number, payloadBytes: number): Uint8Array {
  const frame = new Uint8Array(ipPayloadAt + payloadBytes)
  writeEthernet(frame, to.mac, from.mac, etherType.ipv4)
  writeIpv4(frame, ethernetHeaderBytes, protocol, from.address, to.address, payloadBytes)
  return frame
}
