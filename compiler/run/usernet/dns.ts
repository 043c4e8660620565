import type { Ipv4Address } from './address.ts'

const headerBytes = 12
const REFUSED = 5
const TYPE_A = 1
const CLASS_IN = 1

export interface DnsQuestion {
  /** In lower case, without the last dot. */
  readonly name: string
  readonly type: number
  readonly class: number
}

export interface DnsQuery {
  readonly id: number
  readonly recursionDesired: boolean
  readonly question: DnsQuestion
  /** The question as it came, to be repeated in the answer. */
  readonly questionBytes: Uint8Array
}

/** A standard query with one question (RFC 1035 section 4); undefined for anything else. */
export function parseDnsQuery(bytes: Uint8Array): DnsQuery | undefined {
  if (bytes.length < headerBytes) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const flags = view.getUint16(2)
  if ((flags & 0xf800) !== 0 || view.getUint16(4) !== 1) return undefined // an answer, another opcode, not one question
  const labels: string[] = []
  let at = headerBytes
  for (;;) {
    const length = bytes[at]
    if (length === undefined || length > 63) return undefined // a question has no compressed name
    at += 1
    if (length === 0) break
    if (at + length > bytes.length || at - headerBytes > 254) return undefined
    labels.push(String.fromCharCode(...bytes.subarray(at, at + length)))
    at += length
  }
  if (at + 4 > bytes.length) return undefined
  return {
    id: view.getUint16(0),
    recursionDesired: (flags & 0x0100) !== 0,
    question: {
      name: labels.join('.').toLowerCase(),
      type: view.getUint16(at),
      class: view.getUint16(at + 2),
    },
    questionBytes: bytes.slice(headerBytes, at + 4),
  }
}

/** Whether a question is one for IPv4 addresses. */
export const asksForAddress = (question: DnsQuestion): boolean =>
  question.type === TYPE_A && question.class === CLASS_IN

/** What the server found: addresses, perhaps none for a name that has others, or no wish to say. */
export type DnsFound = readonly Ipv4Address[] | 'refused'

export function renderDnsAnswer(query: DnsQuery, found: DnsFound): Uint8Array {
  const answerBytes = 16
  const addresses = found === 'refused' ? [] : found
  const bytes = new Uint8Array(headerBytes + query.questionBytes.length + addresses.length * answerBytes)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, query.id)
  const refused = found === 'refused' ? REFUSED : 0
  view.setUint16(2, 0x8080 | (query.recursionDesired ? 0x0100 : 0) | refused)
  view.setUint16(4, 1)
  view.setUint16(6, addresses.length)
  bytes.set(query.questionBytes, headerBytes)
  addresses.forEach((address, index) => {
    const at = headerBytes + query.questionBytes.length + index * answerBytes
    view.setUint16(at, 0xc000 | headerBytes) // the name of the question
    view.setUint16(at + 2, TYPE_A)
    view.setUint16(at + 4, CLASS_IN)
    view.setUint32(at + 6, 60)
    view.setUint16(at + 10, 4)
    view.setUint32(at + 12, address)
  })
  return bytes
}
