export const etherType = { ipv4: 0x0800, arp: 0x0806 } as const
export const ethernetHeaderBytes = 14

export interface EthernetFrame {
  readonly destination: Uint8Array
  readonly source: Uint8Array
  readonly type: number
  readonly payload: Uint8Array
}

/** A view of an Ethernet II frame without FCS, or undefined when it is too short to be one. */
export function parseEthernet(frame: Uint8Array): EthernetFrame | undefined {
  if (frame.length < ethernetHeaderBytes) return undefined
  return {
    destination: frame.subarray(0, 6),
    source: frame.subarray(6, 12),
    type: (frame[12]! << 8) | frame[13]!,
    payload: frame.subarray(ethernetHeaderBytes),
  }
}

/** Writes the header at the start of `frame`. */
export function writeEthernet(
  frame: Uint8Array,
  destination: Uint8Array,
  source: Uint8Array,
  type: number,
): void {
  frame.set(destination, 0)
  frame.set(source, 6)
  frame[12] = type >>> 8
  frame[13] = type & 0xff
}
