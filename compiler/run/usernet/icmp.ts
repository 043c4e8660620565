import { addToSum, finishSum } from './checksum.ts'
import type { Ipv4Packet } from './ipv4.ts'

const ECHO_REPLY = 0
const UNREACHABLE = 3
const ECHO_REQUEST = 8
export const unreachableCode = { port: 3, prohibited: 13 } as const

/** The answer to an ICMP echo request (RFC 792); undefined for any other message. */
export function answerEcho(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < 8 || bytes[0] !== ECHO_REQUEST || bytes[1] !== 0) return undefined
  if (finishSum(addToSum(0, bytes)) !== 0) return undefined
  const answer = Uint8Array.from(bytes)
  answer[0] = ECHO_REPLY
  return withChecksum(answer)
}

/** A "destination unreachable" message about a packet. */
export function renderUnreachable(packet: Ipv4Packet, code: number): Uint8Array {
  const message = new Uint8Array(8 + packet.quote.length)
  message[0] = UNREACHABLE
  message[1] = code
  message.set(packet.quote, 8)
  return withChecksum(message)
}

function withChecksum(message: Uint8Array): Uint8Array {
  message[2] = message[3] = 0
  const sum = finishSum(addToSum(0, message))
  message[2] = sum >>> 8
  message[3] = sum & 0xff
  return message
}
