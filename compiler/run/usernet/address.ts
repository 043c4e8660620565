/** An IPv4 address as an unsigned 32-bit number, the first octet in the highest byte. */
export type Ipv4Address = number

/** The address of a dotted text; for constants and for what `net.isIPv4` has approved. */
export function ipv4(text: string): Ipv4Address {
  return text.split('.').reduce((address, octet) => ((address << 8) | Number(octet)) >>> 0, 0)
}

export function renderIpv4(address: Ipv4Address): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join('.')
}

/** The six bytes as a key for comparison. */
export function renderMac(mac: Uint8Array): string {
  return [...mac].map((byte) => byte.toString(16).padStart(2, '0')).join(':')
}

export const broadcastMac = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff)
export const broadcastAddress = 0xffffffff
