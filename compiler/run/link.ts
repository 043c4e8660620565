import type { Protocol } from './request.ts'

/** A record that the guest sent over `host.link`. */
export type LinkRecord =
  | { readonly kind: 'exit'; readonly status: number }
  | { readonly kind: 'listen' | 'unlisten'; readonly protocol: Protocol; readonly port: number }
  | { readonly kind: 'panic'; readonly buildId: string; readonly addresses: readonly bigint[] }
  | { readonly kind: 'main' }

/** A longer line cannot be a record: it is dropped, so that a wild guest cannot eat the host's memory. */
const lineBytesMax = 4096

/**
 * The record in one line (without its newline), or undefined for one that this version does not know: newer images
 * may send more.
 */
export function parseLinkRecord(line: string): LinkRecord | undefined {
  const [word, ...fields] = line.split(' ')
  switch (word) {
    case 'exit':
      return fields.length === 1 && /^-?\d{1,10}$/.test(fields[0]!)
        ? { kind: 'exit', status: Number(fields[0]) }
        : undefined
    case 'listen':
    case 'unlisten': {
      const [protocol, port] = fields
      if (fields.length !== 2 || (protocol !== 'tcp' && protocol !== 'udp')) return undefined
      if (!/^\d{1,5}$/.test(port!) || Number(port) < 1 || Number(port) > 0xffff) return undefined
      return { kind: word, protocol, port: Number(port) }
    }
    case 'panic': {
      const [buildId, ...addresses] = fields.filter((field) => field !== '')
      if (buildId === undefined || !/^[0-9a-f]+$/i.test(buildId)) return undefined
      if (!addresses.every((address) => /^(0x)?[0-9a-f]{1,16}$/i.test(address))) return undefined
      return { kind: 'panic', buildId, addresses: addresses.map((a) => BigInt(`0x${a.replace(/^0x/i, '')}`)) }
    }
    case 'main':
      return fields.length === 0 ? { kind: 'main' } : undefined
    default:
      return undefined
  }
}

/** Returns a function that takes the bytes of `host.link` in any pieces and returns the records they complete. */
export function linkReader(): (bytes: Uint8Array) => readonly LinkRecord[] {
  let line = ''
  let tooLong = false
  return (bytes) => {
    const records: LinkRecord[] = []
    for (const byte of bytes) {
      if (byte === 0x0a) {
        const record = tooLong ? undefined : parseLinkRecord(line.replace(/\r$/, ''))
        if (record !== undefined) records.push(record)
        line = ''
        tooLong = false
      } else if (line.length < lineBytesMax) line += String.fromCharCode(byte)
      else tooLong = true
    }
    return records
  }
}
