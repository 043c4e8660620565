/** Adds bytes to a ones' complement sum as 16-bit big-endian words (RFC 1071); an odd last byte is padded with 0. */
export function addToSum(sum: number, bytes: Uint8Array, from = 0, to = bytes.length): number {
  let i = from
  for (; i + 1 < to; i += 2) sum += (bytes[i]! << 8) | bytes[i + 1]!
  if (i < to) sum += bytes[i]! << 8
  return sum
}

/** The Internet checksum of a sum: its ones' complement, folded to 16 bits. 0 when a block with its checksum is good. */
export function finishSum(sum: number): number {
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

/** The sum of the pseudo header of TCP and UDP (RFC 9293 section 3.1) for addresses as 32-bit numbers. */
export function pseudoHeaderSum(
  source: number,
  destination: number,
  protocol: number,
  byteCount: number,
): number {
  return (
    (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff) + protocol + byteCount
  )
}
