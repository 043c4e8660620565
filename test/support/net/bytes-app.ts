/** What the app test/apps/bytes serves and answers, computed here. */

/** The bytes that test/apps/bytes serves below /bytes/, from the first on. */
export const servedBytes = (length: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, i) => i * 167 + (i >> 8) * 13 + (i >> 16))

/** The hash that test/apps/bytes says of an upload; in halves, as a BigInt for each byte takes seconds. */
export function fnv1a(bytes: Uint8Array): string {
  let [high, low] = [0xcbf29ce4, 0x84222325]
  for (const byte of bytes) {
    low = (low ^ byte) >>> 0
    // times 2^40 + 0x1b3
    const product = low * 0x1b3
    high = (Math.imul(high, 0x1b3) + Math.floor(product / 2 ** 32) + (low << 8)) >>> 0
    low = product >>> 0
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')
}
